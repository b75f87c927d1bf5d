#include "policy/dnssec_section.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "policy/config_reader.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tributary::policy {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string digest(64, 'A');
const std::string example_ds = "example. IN DS 12345 8 2 " + digest;
const std::string example_key = "example. IN DNSKEY 257 3 13 AQIDBA==";

class DnssecSection : public ::testing::Test {
 protected:
  auto parse(const std::string& yaml) const { return parse_config(yaml, folder_ / "t.yaml"); }

  DnssecConfig section(const std::string& yaml) const {
    const auto config = parse(yaml);
    if (config) return config->dnssec;
    for (const auto& error : config.error()) ADD_FAILURE() << error.to_text();
    return {};
  }

  /// Place, path and message of every error, without the name of the file.
  std::vector<std::string> errors(const std::string& yaml) const {
    std::vector<std::string> out;
    const auto config = parse(yaml);
    if (config) return out;
    for (auto error : config.error()) {
      error.file.clear();
      out.push_back(error.to_text());
    }
    return out;
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  std::vector<std::string> anchors(const std::string& yaml) const {
    std::vector<std::string> out;
    for (const auto& record : section(yaml).trust_anchors) out.push_back(dns::to_text(record));
    return out;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(DnssecSection, ValidatesWithTheRootsKeysByDefault) {
  const auto config = section("");
  EXPECT_EQ(config.mode, DnssecMode::validate);
  EXPECT_EQ(config.clock, ClockTrust::guarded);
  EXPECT_FALSE(config.sha1);
  EXPECT_EQ(config.max_nsec3_iterations, 50U);
  EXPECT_EQ(config.max_bogus_ttl, seconds(60));
  EXPECT_THAT(config.negative_trust_anchors, IsEmpty());
  EXPECT_THAT(
      anchors(""),
      ElementsAre(". 0 IN DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d",
                  ". 0 IN DS 38696 8 2 683d2d0acb8c9b712a1948b27f741219298d0a450d612c483af444a4c0fb2b16"));
}

TEST_F(DnssecSection, ReadsEverySetting) {
  const auto config = section("dnssec: { mode: permissive, trust_anchors: [\"" + example_ds +
                              "\"], negative_trust_anchors: [corp.example, \".\"], sha1: on, clock: trusted, "
                              "max_nsec3_iterations: 7, "
                              "max_bogus_ttl: 2m }");
  EXPECT_EQ(config.mode, DnssecMode::permissive);
  EXPECT_THAT(config.negative_trust_anchors,
              ElementsAre(dns::Name::parse("corp.example.").value(), dns::Name()));
  EXPECT_TRUE(config.sha1);
  EXPECT_EQ(config.clock, ClockTrust::trusted);
  EXPECT_EQ(config.max_nsec3_iterations, 7U);
  EXPECT_EQ(config.max_bogus_ttl, seconds(120));
}

TEST_F(DnssecSection, GivenAnchorsReplaceTheRoots) {
  const auto config = section("dnssec: { trust_anchors: [\"" + example_ds + "\", \"" + example_key + "\"] }");
  ASSERT_EQ(config.trust_anchors.size(), 2U);
  EXPECT_EQ(config.trust_anchors[0].type, dns::Type::DS);
  EXPECT_EQ(config.trust_anchors[0].rdata.size(), 36U);
  EXPECT_EQ(config.trust_anchors[1].type, dns::Type::DNSKEY);
  EXPECT_EQ(config.trust_anchors[1].rdata, (std::vector<std::uint8_t>{1, 1, 3, 13, 1, 2, 3, 4}));
}

TEST_F(DnssecSection, AnchorsMayHaveTtlsGapsAndUnknownAlgorithms) {
  const auto with_ttl = parse_trust_anchor("example.\t172800 IN  DS 12345 8 2 " + digest);
  ASSERT_TRUE(with_ttl) << with_ttl.error();
  EXPECT_EQ(*with_ttl, parse_trust_anchor(example_ds).value());
  EXPECT_TRUE(parse_trust_anchor("example. IN DS 12345 8 2 " + digest.substr(32) + " " + digest.substr(32)));
  EXPECT_TRUE(parse_trust_anchor("example. DNSKEY 257 3 7 ( AQID BA== )"));
  EXPECT_TRUE(parse_trust_anchor("example. IN DS 3940 251 1 " + digest.substr(24)));
  EXPECT_TRUE(parse_trust_anchor("example. IN DS 3940 8 99 ABCD"));
}

TEST_F(DnssecSection, EmptyListsAreGoodWhereNothingIsValidated) {
  const auto config = section("dnssec: { mode: off, trust_anchors: [], negative_trust_anchors: [] }");
  EXPECT_EQ(config.mode, DnssecMode::off);
  EXPECT_THAT(config.trust_anchors, IsEmpty());
  EXPECT_THAT(
      errors("dnssec: { trust_anchors: [] }"),
      ElementsAre(":1:26: dnssec.trust_anchors: the list is empty, so nothing would be validated; leave it "
                  "out for the root's keys, or say mode: off"));
}

TEST_F(DnssecSection, AnchorsOfTheFileStandBesideThoseOfTheList) {
  const auto file =
      write("anchors",
            "; comment\nexample. 60 IN DNSKEY 257 3 13 ( AQID\n  BA== ) ; tag 1\n\n" + example_ds + "\n");
  EXPECT_EQ(section("dnssec: { trust_anchor_file: anchors }").trust_anchors.size(), 2U);
  const auto both =
      section("dnssec: { trust_anchor_file: \"" + file + "\", trust_anchors: [\"" + example_ds + "\"] }");
  ASSERT_EQ(both.trust_anchors.size(), 2U);
  EXPECT_EQ(both.trust_anchors[1], parse_trust_anchor(example_key).value());
}

TEST_F(DnssecSection, TellsWhatIsWrongWithAnAnchor) {
  const std::pair<std::string, std::string> cases[] = {
      {"example. IN DS 12345 8 2 ABCD",
       "\"example. IN DS 12345 8 2 ABCD\" has a digest of 2 octets; one of type 2 has 32"},
      {"example. IN A 192.0.2.1",
       "\"example. IN A 192.0.2.1\" is a record of type A; a trust anchor is a DS or a DNSKEY"},
      {"example. CH DNSKEY 257 3 13 AQIDBA==", "\"example. CH DNSKEY 257 3 13 AQIDBA==\" is not of class IN"},
      {"example. IN DNSKEY 1 3 13 AQIDBA==",
       "\"example. IN DNSKEY 1 3 13 AQIDBA==\" is no zone key; its flags are 1, and 257 would be right"},
      {"example. IN DNSKEY 385 3 13 AQIDBA==",
       "\"example. IN DNSKEY 385 3 13 AQIDBA==\" is a revoked key; remove it"},
      {"example. IN DNSKEY 257 4 13 AQIDBA==",
       "\"example. IN DNSKEY 257 4 13 AQIDBA==\" has the protocol 4; only 3 is allowed"},
  };
  for (const auto& [line, message] : cases) EXPECT_EQ(parse_trust_anchor(line).error(), message);
  for (const auto* line :
       {"", "example.", "example. IN DS", "example. IN DS 1 8 2", "example. IN DNSKEY 257 3 13",
        "example. IN DS 12345 8 2 XY", "example. IN DNSKEY 257 3 13 ###"}) {
    const auto anchor = parse_trust_anchor(line);
    ASSERT_FALSE(anchor) << line;
    EXPECT_NE(anchor.error(), "") << line;
  }
}

TEST_F(DnssecSection, NamesThePlaceOfEveryBadValue) {
  EXPECT_THAT(
      errors("dnssec: { mode: yes, sha1: true, clock: ntp, max_bogus_ttl: 1h, negative_trust: [] }"),
      ElementsAre(":1:17: dnssec.mode: \"yes\" is not one of validate, permissive, off",
                  ":1:28: dnssec.sha1: \"true\" is not one of off, on",
                  ":1:41: dnssec.clock: \"ntp\" is not one of guarded, trusted, ignored",
                  ":1:61: dnssec.max_bogus_ttl: \"1h\" is too large; allowed are 1s to 5m, default 1m; a "
                  "number alone counts s",
                  ":1:65: dnssec.negative_trust: \"negative_trust\" is no key here; allowed are mode, "
                  "trust_anchors, trust_anchor_file, negative_trust_anchors, sha1, clock, "
                  "max_nsec3_iterations, max_bogus_ttl"));
  EXPECT_THAT(
      errors("dnssec:\n  trust_anchors:\n    - \"" + example_key + "\"\n    - \"" + example_key +
             "\"\n  negative_trust_anchors: [example, \"a..b\", org, org]"),
      ElementsAre(
          ":4:7: dnssec.trust_anchors[1]: \"example. 0 IN DNSKEY 257 3 13 AQIDBA==\" is in this list "
          "already",
          ":5:28: dnssec.negative_trust_anchors[0]: \"example.\" has a trust anchor too; remove one "
          "of them",
          ::testing::StartsWith(":5:37: dnssec.negative_trust_anchors[1]: \"a..b\" is no domain name: "),
          ":5:50: dnssec.negative_trust_anchors[3]: \"org.\" is in this list already"));
}

TEST_F(DnssecSection, NamesFileAndLineOfBadAnchors) {
  const auto file = write("bad", "example. IN DS 1 8 2 XY\nexample. IN DS\n");
  const auto bad = errors("dnssec: { trust_anchor_file: bad }");
  ASSERT_EQ(bad.size(), 2U);
  EXPECT_THAT(bad[0], ::testing::StartsWith(":1:30: dnssec.trust_anchor_file: " + file + ":1: "));
  EXPECT_THAT(bad[1], ::testing::StartsWith(":1:30: dnssec.trust_anchor_file: " + file + ":2: "));

  const auto wrong = write("wrong", "example. 60 IN A 192.0.2.1\n");
  EXPECT_THAT(
      errors("dnssec: { trust_anchor_file: wrong }"),
      ElementsAre(":1:30: dnssec.trust_anchor_file: \"" + wrong +
                  "\": \"example. 60 IN A 192.0.2.1\" is a record of type A; a trust anchor is a DS or a "
                  "DNSKEY"));

  const auto empty = write("empty", "; nothing\n");
  EXPECT_THAT(errors("dnssec: { trust_anchor_file: empty }"),
              ElementsAre(":1:30: dnssec.trust_anchor_file: \"" + empty +
                          "\" holds no trust anchor; write DS or DNSKEY records into it, each in one line"));
  EXPECT_THAT(errors("dnssec: { trust_anchor_file: missing }"),
              ElementsAre(::testing::HasSubstr("No such file or directory")));
}

TEST_F(DnssecSection, StateDirectoryIsRelativeToTheFile) {
  EXPECT_EQ(parse("")->state_directory, std::nullopt);
  EXPECT_EQ(parse("state_directory: /var/tmp/t")->state_directory, "/var/tmp/t");
  EXPECT_EQ(parse("state_directory: state")->state_directory->filename(), "state");
  EXPECT_TRUE(parse("state_directory: state")->state_directory->is_absolute());
  write("file", "");
  EXPECT_THAT(
      errors("state_directory: file"),
      ElementsAre(":1:18: state_directory: \"file\" is no directory; name one that Tributary may write to"));
  EXPECT_THAT(
      errors("state_directory: \"\""),
      ElementsAre(":1:18: state_directory: \"\" is no directory; name one that Tributary may write to"));
}

}  // namespace
}  // namespace tributary::policy
