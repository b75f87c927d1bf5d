#include "dns/master_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::name;
using ::testing::StartsWith;

/// A file that lives as long as the test.
class MasterFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "master_file_XXXXXX";
    ASSERT_TRUE(mkdtemp(pattern.data()));
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  auto read(std::string_view text) {
    std::ofstream(path()) << text;
    return read_master_file(path(), name("example."));
  }

  std::vector<std::string> lines(std::string_view text) {
    const std::vector<Record> records = read(text).value();
    std::vector<std::string> written;
    for (const auto& record : records) written.push_back(to_text(record));
    return written;
  }

  /// "line: message" of every error.
  std::vector<std::string> errors(std::string_view text) {
    const auto records = read(text);
    std::vector<std::string> written;
    if (records) return written;
    for (const auto& error : records.error())
      written.push_back(std::to_string(error.line) + ": " + error.message);
    return written;
  }

  std::filesystem::path path() const { return directory_ / "home.zone"; }
  const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
};

TEST_F(MasterFile, ReadsAZone) {
  EXPECT_THAT(lines(R"($TTL 1h
; a comment
@       IN SOA ns admin ( 2024010100 ; serial
                          7200 3600
                          1209600 300 )
        IN NS  ns
        NS     ns.other.
ns  300 IN A   192.0.2.1
    IN 200 AAAA 2001:db8::1
txt     TXT    "semi;colon (and) \"quotes\"" plain
)"),
              ElementsAre("example. 3600 IN SOA ns.example. admin.example. 2024010100 7200 3600 1209600 300",
                          "example. 3600 IN NS ns.example.", "example. 3600 IN NS ns.other.",
                          "ns.example. 300 IN A 192.0.2.1", "ns.example. 200 IN AAAA 2001:db8::1",
                          R"(txt.example. 3600 IN TXT "semi;colon (and) \"quotes\"" "plain")"));
}

TEST_F(MasterFile, ReadsAnEmptyFile) {
  EXPECT_THAT(lines(""), ElementsAre());
  EXPECT_THAT(lines("\n ; nothing\n\t\n"), ElementsAre());
}

TEST_F(MasterFile, KnowsTheDefaultTtl) {
  EXPECT_THAT(lines("a A 192.0.2.1\n$TTL 0\na A 192.0.2.2\n$TTL 1h30m\na A 192.0.2.3\n"),
              ElementsAre("a.example. 3600 IN A 192.0.2.1", "a.example. 0 IN A 192.0.2.2",
                          "a.example. 5400 IN A 192.0.2.3"));
}

TEST_F(MasterFile, CompletesNamesWithTheOrigin) {
  EXPECT_THAT(lines("$ORIGIN sub\na CNAME b\n$ORIGIN other.\na CNAME @\n$ORIGIN .\na CNAME b\n"),
              ElementsAre("a.sub.example. 3600 IN CNAME b.sub.example.", "a.other. 3600 IN CNAME other.",
                          "a. 3600 IN CNAME b."));
}

TEST_F(MasterFile, ReadsEscapedOwners) {
  EXPECT_THAT(lines("a\\.b\\; A 192.0.2.1\na\\. A 192.0.2.2\n\\@ A 192.0.2.3\n"),
              ElementsAre("a\\.b\\;.example. 3600 IN A 192.0.2.1", "a\\..example. 3600 IN A 192.0.2.2",
                          "\\@.example. 3600 IN A 192.0.2.3"));
}

TEST_F(MasterFile, ReadsLinesOfOtherSystemsAndAMissingLastNewline) {
  EXPECT_THAT(lines("a A 192.0.2.1\r\n\r\n  A\t192.0.2.2"),
              ElementsAre("a.example. 3600 IN A 192.0.2.1", "a.example. 3600 IN A 192.0.2.2"));
}

TEST_F(MasterFile, ReadsUnknownTypes) {
  EXPECT_THAT(lines("a TYPE65280 \\# 2 0102\n"), ElementsAre("a.example. 3600 IN TYPE65280 \\# 2 0102"));
}

TEST_F(MasterFile, ReportsEveryErrorWithItsLine) {
  EXPECT_THAT(
      errors(R"(a A 192.0.2.1
a A 192.0.2

b MX (
  ten
  mail )
c NOPE x
$TTL soon
$ORIGIN a..b
$GENERATE 1-2 a A 192.0.2.$
$INCLUDE other.zone
d TXT "open
e A 192.0.2.1 )
f 9999999999 A 192.0.2.1
g..h A 192.0.2.1
i A
)"),
      ElementsAre(StartsWith("2: "), StartsWith("4: "), "7: \"NOPE\" is neither a TTL, a class nor a type",
                  "8: \"soon\" is no TTL from 0 to 2147483647 seconds", "9: a label is empty",
                  "10: unknown directive $GENERATE; $ORIGIN and $TTL are known",
                  "11: $INCLUDE is not supported; put the records into this file",
                  "12: a quoted string is not closed on its line", "13: a parenthesis is closed but not open",
                  "14: \"9999999999\" is neither a TTL, a class nor a type", "15: owner: a label is empty",
                  StartsWith("16: ")));
}

TEST_F(MasterFile, ReportsAParenthesisLeftOpen) {
  EXPECT_THAT(errors("a A 192.0.2.1\nb A ( 192.0.2.2\n\nc A 192.0.2.3\n"),
              ElementsAre("2: a parenthesis is not closed"));
}

TEST_F(MasterFile, ReportsARecordWithoutAnyOwnerBefore) {
  EXPECT_THAT(errors(" A 192.0.2.1\n"), ElementsAre(HasSubstr("whose owner it could inherit")));
}

TEST_F(MasterFile, ReportsDirectivesWithoutOneArgument) {
  EXPECT_THAT(errors("$TTL\n$ORIGIN\n$TTL 1 2\n"),
              ElementsAre("1: $TTL needs exactly one argument", "2: $ORIGIN needs exactly one argument",
                          "3: $TTL needs exactly one argument"));
}

TEST_F(MasterFile, ReportsANameTooLongWithItsOrigin) {
  const std::string label(63, 'x');
  EXPECT_THAT(errors(label + '.' + label + '.' + label + '.' + std::string(60, 'y') + " A 192.0.2.1\n"),
              ElementsAre("1: owner: the name is longer than 255 octets with its origin"));
}

TEST_F(MasterFile, ReportsAnUnreadableFile) {
  const auto missing = read_master_file(directory() / "none.zone", name("example."));
  ASSERT_FALSE(missing);
  ASSERT_EQ(missing.error().size(), 1u);
  EXPECT_EQ(missing.error()[0].line, 0u);
  EXPECT_EQ(missing.error()[0].message, "No such file or directory");

  const auto folder = read_master_file(directory(), name("example."));
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().at(0).message, "Is a directory");
}

TEST(MasterFileError, IsWrittenWithItsPlace) {
  EXPECT_EQ((MasterFileError{"home.zone", 12, "bad"}.to_text()), "home.zone:12: bad");
  EXPECT_EQ((MasterFileError{"home.zone", 0, "bad"}.to_text()), "home.zone: bad");
}

}  // namespace
}  // namespace tributary::dns
