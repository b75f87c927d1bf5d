#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "dns/master_file.hpp"
#include "dns/zone.hpp"
#include "policy/config_reader.hpp"

namespace tributary::policy {
namespace {

const std::filesystem::path folder = TRIBUTARY_SOURCE_DIR "/conf";

Config read(const std::filesystem::path& file) {
  auto config = read_config(folder / file);
  if (config) return *config;
  for (const auto& error : config.error()) ADD_FAILURE() << error.to_text();
  return {};
}

TEST(Examples, EveryConfigurationIsGood) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_FALSE(read(entry.path().filename()).listen.empty()) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 3U);
}

TEST(Examples, QuickstartHedgesAmongThreePublicResolversOnAFreePort) {
  const auto config = read("quickstart.yaml");
  ASSERT_EQ(config.listen.size(), 2U);
  EXPECT_EQ(config.listen[0].address.to_text(), "127.0.0.1:5300");
  EXPECT_EQ(config.groups.at(0).name, "public");
  EXPECT_EQ(config.groups.at(0).upstreams.size(), 3U);
  EXPECT_EQ(config.groups.at(0).strategy, StrategyKind::hedge);
  EXPECT_EQ(config.admin.listen->to_text(), "127.0.0.1:9153");
}

TEST(Examples, ResolvConfAsksTheSystemsServers) {
  const auto config = read("resolv-conf.yaml");
  EXPECT_EQ(config.upstreams.at(0).scheme, UpstreamScheme::system);
  EXPECT_EQ(config.listen.at(0).address.to_text(), "127.0.0.1:53");
}

TEST(Examples, SidecarKeepsDomainsWithOneOfThePublicResolvers) {
  const auto config = read("sidecar.yaml");
  EXPECT_EQ(config.routes.size(), 3U);
  for (const auto& route : config.routes)
    EXPECT_EQ(route.validate, route.suffix.is_root()) << "signed nowhere";
  EXPECT_EQ(config.groups.at(0).strategy, StrategyKind::rotate);
  EXPECT_EQ(config.groups.at(0).order, RotateOrder::hash);
  EXPECT_EQ(config.workers, 1U);
}

TEST(Examples, TheBranchOfficeFallsBackOnAZone) {
  const auto config = read("branch-office.yaml");
  EXPECT_EQ(config.groups.at(0).fallback, "spare");
  EXPECT_FALSE(config.routes.at(0).validate);
  const auto& spare = config.upstreams.at(1);
  ASSERT_EQ(spare.scheme, UpstreamScheme::zone);
  auto records = dns::read_master_file(spare.zone_file, spare.zone_origin);
  ASSERT_TRUE(records) << records.error().front().to_text();
  EXPECT_TRUE(dns::Zone::make(spare.zone_origin, std::move(*records)));
}

TEST(Examples, ZoneOfTheQuickstartIsGood) {
  const auto config = read("quickstart.yaml");
  const auto& upstream = config.upstreams.at(3);
  ASSERT_EQ(upstream.scheme, UpstreamScheme::zone);
  auto records = dns::read_master_file(upstream.zone_file, upstream.zone_origin);
  ASSERT_TRUE(records) << records.error().front().to_text();
  const auto zone = dns::Zone::make(upstream.zone_origin, std::move(*records));
  ASSERT_TRUE(zone) << zone.error().front();
  const auto answer = zone->lookup(dns::Name::parse("mail.apps.home.arpa").value(), dns::Type::A);
  EXPECT_EQ(answer.kind, dns::ZoneAnswer::Kind::answer);
}

}  // namespace
}  // namespace tributary::policy
