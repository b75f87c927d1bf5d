#include "resolver/daemon/anchor_store.hpp"

#include <gtest/gtest.h>

#include "base/state_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tributary::resolver {
namespace {

constexpr std::int64_t start = 1'800'000'000;

class AnchorStoreTest : public ::testing::Test {
 protected:
  static dns::Name name(std::string_view text) { return dns::Name::parse(text).value(); }
  static std::vector<dns::Record> configured() {
    return {dns::parse_record("example. 0 IN DNSKEY 257 3 13 AQIDBA==").value()};
  }
  static dnssec::AnchorRollover seen() {
    dnssec::AnchorRollover followed(name("example."), configured());
    followed.observe({.validated = true, .keys = {configured()[0].rdata}, .most_ttl = 3600}, start);
    return followed;
  }

  TemporaryFolder folder;
  AnchorStore store{folder.path()};
};

TEST_F(AnchorStoreTest, BeginsWithWhatIsConfigured) {
  const auto followed = store.load(name("example."), configured());
  EXPECT_EQ(followed.to_text(), dnssec::AnchorRollover(name("example."), configured()).to_text());
}

TEST_F(AnchorStoreTest, KeepsWhatWasSeen) {
  store.keep(seen());
  EXPECT_EQ(AnchorStore(folder.path()).load(name("example."), configured()).to_text(), seen().to_text());
}

TEST_F(AnchorStoreTest, ADamagedFileIsSetAside) {
  const auto file = store.file_of(name("example."));
  ASSERT_TRUE(replace_state_file(file, "nonsense"));
  EXPECT_TRUE(store.load(name("example."), configured()).keys().empty());
  EXPECT_EQ(read_state_file(file).value(), std::nullopt);
  EXPECT_EQ(read_state_file(file.string() + ".damaged").value(), "nonsense");
  store.keep(seen());
  EXPECT_EQ(store.load(name("example."), configured()).keys().size(), 1U);
}

TEST_F(AnchorStoreTest, GoesOnWithoutAFolder) {
  AnchorStore nowhere(folder / "missing");
  nowhere.keep(seen());
  EXPECT_TRUE(nowhere.load(name("example."), configured()).keys().empty());
}

TEST_F(AnchorStoreTest, ZonesHaveFilesOfTheirOwnWhateverTheyAreCalled) {
  const auto file = [&](std::string_view zone) { return store.file_of(name(zone)).filename().string(); };
  EXPECT_EQ(file("."), "anchors-.");
  EXPECT_EQ(file("EXAMPLE."), "anchors-example.");
  EXPECT_EQ(file("a/b.example."), "anchors-a%2Fb.example.");
  EXPECT_NE(file("a\\.b.example."), file("a.b.example."));
  EXPECT_EQ(store.file_of(name("\\.\\./x.")).parent_path(), folder.path());
}

}  // namespace
}  // namespace tributary::resolver
