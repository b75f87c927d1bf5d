// All ordered pairs of what two upstreams may bring, however far apart they come, in groups of both kinds:
// who wins is stated here by the rules of docs/decision-core.md, with nothing taken from the code.

#include <algorithm>

#include "tests/unit/strategy/group_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;

/// What an upstream brings. `step` is its place on the ladder, 1 the best; 0 if it can never win.
struct Class {
  const char* what;
  int step;
  Grade grade;  // if it wins
  bool vouched;
  bool blames_dnssec;
};

enum : std::size_t {
  vouched,
  authenticated,
  clear,
  nxdomain,
  nodata,
  cname,
  empty,
  truncated,
  servfail,
  refused,
  bogus,
  malformed,
  reset,
  silence,
  classes
};  // clang-format off

const Class ladder[classes] = {
    {"complete, with AD", 2, Grade::complete, true, false},
    {"complete, authenticated", 2, Grade::complete, false, false},
    {"complete, in clear", 3, Grade::complete, false, false},
    {"NXDOMAIN with SOA", 4, Grade::negative, false, false},
    {"NODATA with SOA", 4, Grade::negative, false, false},
    {"CNAME alone", 5, Grade::weak, false, false},
    {"NODATA without SOA", 5, Grade::weak, false, false},
    {"truncated", 0, {}, false, false},
    {"SERVFAIL", 0, {}, false, false},
    {"REFUSED", 0, {}, false, false},
    {"SERVFAIL that blames DNSSEC", 0, {}, false, true},
    {"malformed", 0, {}, false, false},
    {"connection reset", 0, {}, false, false},
    {"silence", 0, {}, false, false},
};
// clang-format on

/// How long after the first the second one comes.
enum class Gap { together, within_hold, after_hold };

constexpr int nobody = -1;

/// Which of the two wins, 0 or 1.
int expected(const Class& first, const Class& second, Gap gap) {
  // Whoever is complete wins on arrival; whoever is held wins when the hold is over: nothing that comes later
  // matters.
  const bool first_has_won =
      first.step != 0 && gap != Gap::together && (first.step <= 3 || gap == Gap::after_hold);
  if (first_has_won) return 0;
  // Beside a blamer of DNSSEC, only what is vouched for counts.
  const bool blamed = first.blames_dnssec || second.blames_dnssec;
  const int a = blamed && !first.vouched ? 0 : first.step;
  const int b = blamed && !second.vouched ? 0 : second.step;
  if (a == 0 && b == 0) return nobody;
  if (a == 0) return 1;
  if (b == 0) return 0;
  return b < a ? 1 : 0;
}

class LadderTest : public GroupTest {
 protected:
  static Behaviour complete(Duration after, Channel channel, bool vouched_for) {
    return {after, [=](const Query& query) -> ExchangeResult {
              auto header = testing::header_of(Rcode::NOERROR);
              header.authentic_data = vouched_for;
              auto reply = testing::reply(query, header, {{"www.example. 300 IN A 192.0.2.1"}, {}, {}});
              reply.channel = channel;
              return reply;
            }};
  }
  static Behaviour cut_off(Duration after) {
    return {
        after, [](const Query& query) -> ExchangeResult {
          auto reply = testing::reply(query, Rcode::NOERROR, {{"www.example. 300 IN A 192.0.2.1"}, {}, {}});
          reply.message.pop_back();
          return reply;
        }};
  }
  static Behaviour truncates(Duration after) {
    return {after, [](const Query& query) -> ExchangeResult {
              auto header = testing::header_of(Rcode::NOERROR);
              header.truncated = true;
              return testing::reply(query, header);
            }};
  }
  static Behaviour behaviour(std::size_t kind, Duration after) {
    switch (kind) {
      case vouched:
        return complete(after, Channel::authenticated, true);
      case authenticated:
        return complete(after, Channel::authenticated, false);
      case clear:
        return complete(after, Channel::clear, false);
      case nxdomain:
        return denies(after);
      case nodata:
        return replies(after, Rcode::NOERROR,
                       {{}, {"example. 60 IN SOA ns.example. admin.example. 1 7200 900 86400 60"}, {}});
      case cname:
        return replies(after, Rcode::NOERROR, {{"www.example. 300 IN CNAME a.test."}, {}, {}});
      case empty:
        return replies(after, Rcode::NOERROR);
      case truncated:
        return truncates(after);
      case servfail:
        return replies(after, Rcode::SERVFAIL);
      case refused:
        return replies(after, Rcode::REFUSED);
      case bogus:
        return claims_bogus(after);
      case malformed:
        return cut_off(after);
      case reset:
        return fails(after);
      default:
        return silent();
    }
  }

  Outcome contest(std::size_t first, std::size_t second, Duration gap) {
    advance(2 * attempt_timeout);  // those of the last contest have ended
    sources.clear();
    add(behaviour(first, 10ms), "one");
    add(behaviour(second, 10ms + gap), "two");
    return ask(*racing(2), 10ms);
  }

  void check(std::size_t first, std::size_t second, Gap gap, Duration apart) {
    const auto& a = ladder[first];
    const auto& b = ladder[second];
    SCOPED_TRACE(std::string(a.what) + ", then after " + std::to_string(apart / 1ms) + " ms " + b.what);
    const auto ended = contest(first, second, apart);
    const int winner = expected(a, b, gap);
    ASSERT_EQ(ended.result.has_value(), winner != nobody);
    if (winner == nobody) {
      const bool blamed = a.blames_dnssec || b.blames_dnssec;
      EXPECT_EQ(ended.result.error().error.code == dns::ExtendedError::dnssec_bogus, blamed);
      return;
    }
    EXPECT_EQ(ended.result->grade, ladder[winner == 0 ? first : second].grade);
    const bool as_good = gap == Gap::together && a.step == b.step;
    if (!as_good) {
      EXPECT_EQ(ended.result->upstream, winner == 0 ? "u0" : "u1");
    }
  }

  void check_all(bool uniform) {
    config.uniform = uniform;
    const Duration hold = uniform ? 50ms : 400ms;
    for (std::size_t first = 0; first < classes; ++first) {
      for (std::size_t second = 0; second < classes; ++second) {
        check(first, second, Gap::together, 0ms);
        check(first, second, Gap::within_hold, hold / 50 * 10);
        check(first, second, Gap::after_hold, 2 * hold);
      }
    }
  }
};

TEST_F(LadderTest, OfTwoInterchangeableUpstreamsTheRightOneWins) {
  check_all(true);
}

TEST_F(LadderTest, OfTwoDistinctUpstreamsTheRightOneWins) {
  check_all(false);
}

}  // namespace
}  // namespace tributary::resolver
