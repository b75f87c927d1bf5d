#include "bench/simulate/network.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tributary::simulate {
namespace {

using namespace std::chrono_literals;
using Outcome = Fate::Outcome;

constexpr Duration patience = 2s;

/// Many exchanges with each upstream, under one fault of the first that lasts from 10 s to 20 s.
class NetworkTest : public ::testing::Test {
 protected:
  static Fault wrong(Fault::Kind kind, double amount = 0) { return {kind, 10s, 20s, 0, amount}; }

  Network network(Fault fault) { return {names, {fault}, 7}; }

  /// The fates of 200 exchanges with `upstream`, all begun at `at`.
  std::vector<Fate> ask(Network& of, std::size_t upstream, Duration at) {
    std::vector<Fate> out;
    for (int i = 0; i < 200; ++i) out.push_back(of.ask(upstream, names.next(traffic).name, at, patience));
    return out;
  }
  static std::ptrdiff_t how_many(const std::vector<Fate>& fates, Outcome outcome) {
    return std::ranges::count(fates, outcome, &Fate::outcome);
  }
  static Duration median(std::vector<Fate> fates) {
    std::ranges::sort(fates, {}, &Fate::after);
    return fates[fates.size() / 2].after;
  }

  Names names{1};
  Chance traffic{2};
};

TEST_F(NetworkTest, ADatagramThatIsLostIsSentAgain) {
  auto lossy = network(wrong(Fault::Kind::loss, 0.5));
  const auto fates = ask(lossy, 0, 12s);
  for (const auto& [from, until] : {std::pair(0ms, 400ms), {400ms, 800ms}, {1200ms, 1600ms}}) {
    EXPECT_TRUE(std::ranges::any_of(fates, [from = from, until = until](const Fate& fate) {
      return fate.outcome == Outcome::right && fate.after >= from && fate.after < until &&
             fate.rtt <= fate.after - from;
    })) << from.count();
  }
  EXPECT_NEAR(static_cast<double>(how_many(fates, Outcome::silence)), 200 / 8, 15);
}

struct Effect {
  Fault::Kind kind;
  double amount;
  Outcome outcome;
};

class NetworkEffectTest : public NetworkTest, public ::testing::WithParamInterface<Effect> {};

TEST_P(NetworkEffectTest, LastsFromItsBeginningToItsEndForItsUpstream) {
  const auto& [kind, amount, outcome] = GetParam();
  auto faulty = network(wrong(kind, amount));
  EXPECT_GT(how_many(ask(faulty, 0, 1s), Outcome::right), 190);
  EXPECT_GT(how_many(ask(faulty, 0, 12s), outcome), 190);
  EXPECT_GT(how_many(ask(faulty, 1, 13s), Outcome::right), 190);
  EXPECT_GT(how_many(ask(faulty, 0, 20s), Outcome::right), 190);
}

INSTANTIATE_TEST_SUITE_P(Faults, NetworkEffectTest,
                         ::testing::Values(Effect{Fault::Kind::black_hole, 0, Outcome::silence},
                                           Effect{Fault::Kind::unreachable, 0, Outcome::unreachable},
                                           Effect{Fault::Kind::flapping, 0, Outcome::silence},
                                           Effect{Fault::Kind::servfail, 0, Outcome::servfail},
                                           Effect{Fault::Kind::nxdomain, 0, Outcome::nxdomain},
                                           Effect{Fault::Kind::rate_limited, 5, Outcome::rate_limited},
                                           Effect{Fault::Kind::refused, 5, Outcome::refused}));

TEST_F(NetworkTest, OneThatFlapsIsFineEveryOtherFiveSeconds) {
  auto flapping = network(wrong(Fault::Kind::flapping));
  EXPECT_GT(how_many(ask(flapping, 0, 16s), Outcome::right), 190);
}

TEST_F(NetworkTest, AReplyThatMeetsADeadLinkIsLost) {
  auto dark = network(wrong(Fault::Kind::black_hole));
  EXPECT_GT(how_many(ask(dark, 0, 10s - 4ms), Outcome::silence), 190);
}

TEST_F(NetworkTest, OneThatIsSlowTakesThatMuchLonger) {
  auto slow = network(wrong(Fault::Kind::slow, 1));
  EXPECT_LT(median(ask(slow, 0, 1s)), 20ms);
  EXPECT_GT(median(ask(slow, 0, 12s)), 1s);
  EXPECT_LT(median(ask(slow, 0, 12s)), 1020ms);
}

TEST_F(NetworkTest, OnlyNamesOfTheDeadZoneAreDead) {
  auto half_dead = network(wrong(Fault::Kind::dead_zone));
  std::size_t servfail = 0, silent = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto name = names.next(traffic).name;
    const Fate fate = half_dead.ask(0, name, 12s, patience);
    if (!names.facts(name).in_weak_zone) {
      EXPECT_NE(fate.outcome, Outcome::servfail);
      continue;
    }
    EXPECT_NE(fate.outcome, Outcome::right);
    servfail += fate.outcome == Outcome::servfail && fate.after > 1900ms;
    silent += fate.outcome == Outcome::silence;
  }
  EXPECT_GT(servfail, 20U);
  EXPECT_GT(silent, 20U);
}

TEST_F(NetworkTest, AColdNameIsSlowWhoeverIsAsked) {
  Network sound(names, {}, 7);
  dns::Name cold = names.next(traffic).name;
  while (names.facts(cold).recursion == Duration()) cold = names.next(traffic).name;
  for (std::size_t upstream = 0; upstream < Network::medians.size(); ++upstream) {
    EXPECT_GE(sound.ask(upstream, cold, 1s, patience).after, names.facts(cold).recursion);
  }
}

}  // namespace
}  // namespace tributary::simulate
