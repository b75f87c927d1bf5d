#include "resolver/upstream/ttl_watch.hpp"

#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

constexpr std::nullopt_t fine = std::nullopt;
constexpr auto risen = TtlAnomaly::risen, never_falls = TtlAnomaly::never_falls;

/// What the upstream tells at a time, counted from the first, and what is odd about it.
struct Told {
  Duration at;
  std::uint32_t ttl;
  std::optional<TtlAnomaly> odd;
};

struct Case {
  const char* what;
  std::vector<Told> told;
};

class TtlWatchTest : public ::testing::TestWithParam<Case> {
 protected:
  static constexpr Instant began = Instant(1h);
  static constexpr TtlWatch::Tag tag{42};
};

TEST_P(TtlWatchTest, FindsWhatIsOdd) {
  TtlWatch watch;
  for (const auto& [at, ttl, odd] : GetParam().told)
    EXPECT_EQ(watch.told(tag, ttl, began + at), odd) << std::chrono::duration<double>(at).count() << " s";
}

const Case cases[] = {
    {"FallsAsItShould", {{0s, 300, fine}, {10s, 290, fine}, {200s, 100, fine}, {299s, 1, fine}}},
    {"FallsFaster", {{0s, 300, fine}, {10s, 200, fine}, {20s, 190, fine}}},
    {"WholeSecondsAndTheWayTakeTheirTime", {{0s, 300, fine}, {10s, 293, fine}, {20s, 280, fine}}},
    {"AskedAnewAfterItsLife", {{0s, 60, fine}, {60s, 60, fine}, {120s, 300, fine}, {420s, 300, fine}}},
    {"RisesAboveAll", {{0s, 300, fine}, {10s, 600, risen}}},
    {"RisesAboveWhatIsLeft", {{0s, 300, fine}, {100s, 250, risen}}},
    {"RisesJustWithinTheTolerance", {{0s, 300, fine}, {100s, 203, fine}}},
    {"RisesJustAboveTheTolerance", {{0s, 300, fine}, {100s, 204, risen}}},
    {"RisesAboveTheLowestTold", {{0s, 300, fine}, {10s, 100, fine}, {20s, 280, risen}}},
    {"EachRiseCounts", {{0s, 300, fine}, {10s, 600, risen}, {20s, 900, risen}, {30s, 890, fine}}},
    {"CreepsUp", {{0s, 300, fine}, {10s, 292, fine}, {20s, 284, risen}}},
    {"RenewedAheadOfItsEnd", {{0s, 300, fine}, {275s, 299, fine}, {285s, 289, fine}}},
    {"RenewedTooEarly", {{0s, 300, fine}, {260s, 299, risen}}},
    {"NeverFalls",
     {{0s, 300, fine},
      {10s, 300, fine},
      {20s, 300, fine},
      {30s, 300, never_falls},
      {300s, 300, never_falls}}},
    {"NeverFallsThoughAskedEachSecond",
     {{0s, 300, fine},
      {1s, 300, fine},
      {2s, 300, fine},
      {3s, 300, fine},
      {4s, 300, fine},
      {8s, 300, fine},
      {10s, 300, fine},
      {12s, 300, never_falls}}},
    {"FallsAtLast",
     {{0s, 300, fine}, {10s, 300, fine}, {20s, 300, fine}, {30s, 290, fine}, {40s, 290, fine}}},
    {"AFallBreaksTheRow",
     {{0s, 300, fine},
      {10s, 300, fine},
      {20s, 300, fine},
      {30s, 290, fine},
      {40s, 300, risen},
      {50s, 300, fine},
      {60s, 300, fine},
      {70s, 300, never_falls}}},
    {"AtOnceTheSameIsNothing",
     {{0s, 300, fine}, {1s, 300, fine}, {2s, 300, fine}, {3s, 300, fine}, {3s, 300, fine}}},
    {"TheSameAfterEachLifeIsNothing",
     {{0s, 60, fine}, {60s, 60, fine}, {120s, 60, fine}, {180s, 60, fine}, {240s, 60, fine}}},
    {"ZeroSaysNothing", {{0s, 0, fine}, {10s, 0, fine}, {20s, 0, fine}, {30s, 0, fine}, {40s, 0, fine}}},
    {"ZeroLeavesWhatWasTold", {{0s, 300, fine}, {10s, 0, fine}, {20s, 600, risen}}},
    {"TheLongestIsNoTrouble",
     {{0s, 0x7FFFFFFF, fine}, {1h, 0x7FFFFFFF, fine}, {2h, 0x7FFFFFF0 - 7200, fine}}},
};

INSTANTIATE_TEST_SUITE_P(Rows, TtlWatchTest, ::testing::ValuesIn(cases),
                         [](const auto& row) { return row.param.what; });

constexpr Instant began = Instant(1h);

/// A question that shares the place of the first.
constexpr TtlWatch::Tag first{1}, second{1 + TtlWatch::places}, elsewhere{2};

TEST(TtlWatchTable, QuestionsDoNotMix) {
  TtlWatch watch;
  EXPECT_EQ(watch.told(first, 300, began), fine);
  EXPECT_EQ(watch.told(elsewhere, 600, began + 10s), fine);
  EXPECT_EQ(watch.told(second, 600, began + 10s), fine);
  EXPECT_EQ(watch.told(first, 600, began + 10s), risen);
}

TEST(TtlWatchTable, WhoIsThereStaysWhileItsLifeLasts) {
  TtlWatch watch;
  watch.told(first, 60, began);
  watch.told(second, 60, began + 59s);
  EXPECT_EQ(watch.told(second, 300, began + 60s), fine) << "the place was not its own yet";
  EXPECT_EQ(watch.told(second, 600, began + 70s), risen);
}

TEST(TtlWatchTable, WhoIsNotHeardOfGivesWay) {
  TtlWatch watch;
  watch.told(first, 86400, began);
  watch.told(second, 300, began + TtlWatch::kept_unheard);
  EXPECT_EQ(watch.told(second, 600, began + TtlWatch::kept_unheard + 10s), risen);
}

TEST(TtlWatchTag, IsOfTheNameInAnyCaseAndTheType) {
  const cache::KeyedHash hash({1, 2, 3, 4}), other({5, 6, 7, 8});
  const auto tag = [](const char* name, dns::Type type, const cache::KeyedHash& with) {
    return TtlWatch::tag_of({dns::Name::parse(name).value(), type}, with);
  };
  EXPECT_EQ(tag("www.example.", dns::Type::A, hash), tag("WWW.eXample.", dns::Type::A, hash));
  const std::set<TtlWatch::Tag> tags{
      tag("www.example.", dns::Type::A, hash), tag("www.example.", dns::Type::AAAA, hash),
      tag("ww.example.", dns::Type::A, hash), tag("www.example.", dns::Type::A, other)};
  EXPECT_EQ(tags.size(), 4u);
}

TEST(TtlAnomalyText, IsAWordAndAPhraseOfItsOwnForEach) {
  std::set<std::string> texts;
  for (std::size_t kind = 0; kind < ttl_anomaly_kinds; ++kind) {
    texts.insert(to_text(static_cast<TtlAnomaly>(kind)));
    texts.insert(to_phrase(static_cast<TtlAnomaly>(kind)));
  }
  EXPECT_EQ(texts.size(), 2 * ttl_anomaly_kinds);
  EXPECT_STREQ(to_text(TtlAnomaly::above_original), "above_original");
  EXPECT_STREQ(to_text(TtlAnomaly::risen), "risen");
  EXPECT_STREQ(to_text(TtlAnomaly::never_falls), "never_falls");
}

}  // namespace
}  // namespace tributary::resolver
