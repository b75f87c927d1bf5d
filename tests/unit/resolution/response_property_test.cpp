// Random answers to random queries, from a seed: whatever they are, the response holds its promises.

#include <algorithm>
#include <tuple>

#include <gtest/gtest.h>

#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"
#include "resolver/response.hpp"
#include "tests/unit/resolution/chance.hpp"

namespace tributary::resolver {
namespace {

using dns::Section;
using dns::Type;
using testing::Chance;
using Octets = Chance::Octets;

constexpr Instant now{std::chrono::hours(1)};
constexpr std::size_t opt_size = 11;

bool has_dnssec_ok(const dns::MessageView& query) {
  return query.edns() && query.edns()->dnssec_ok;
}

bool is_for_dnssec(const dns::RecordView& record, Type asked) {
  const bool authenticates =
      record.type == Type::RRSIG || record.type == Type::NSEC || record.type == Type::NSEC3;
  return authenticates && record.type != asked;
}

/// What two responses are compared by.
using Line = std::tuple<Section, std::string, Octets>;

/// All records in small letters (the ends of names are as the client spelled them) with their TTLs lessened
/// by `age`; those of DNSSEC only if wanted or asked for.
std::vector<Line> lines_of(std::span<const std::uint8_t> octets, std::uint32_t age, bool with_dnssec) {
  const auto message = dns::MessageView::parse(octets).value();
  std::vector<Line> lines;
  message.for_each_record([&](const dns::RecordView& view) {
    if (!with_dnssec && is_for_dnssec(view, message.question_type())) return;
    const auto ttl = view.ttl - std::min(view.ttl, age);
    Octets rdata;
    EXPECT_TRUE(
        dns::append_uncompressed_rdata(octets, view.rdata_offset, view.rdata_length, view.type, rdata));
    std::ranges::transform(rdata, rdata.begin(), dns::lower_case);
    lines.emplace_back(
        view.section,
        message.owner(view).lower_cased().to_text() + std::to_string(ttl) + dns::to_text(view.type), rdata);
  });
  return lines;
}

class ResponsePropertyTest : public ::testing::TestWithParam<unsigned> {
 protected:
  /// An answer to `question`: of one reply, or of two that were joined. Null if the replies are no good.
  cache::AnswerPtr answer(const dns::Question& question) {
    auto first = judge.judge({question, false}, chance.reply(question), now).answer;
    if (!first || !first->continues_at() || chance.coin()) return first;
    const dns::Question next{*first->continues_at(), question.type, question.klass};
    const auto rest = judge.judge({next, false}, chance.reply(next), now).answer;
    return rest ? Judge::joined(question, *first, *rest, now) : first;
  }

  Octets respond(const Octets& query, const ResponseContent& content, std::size_t limit,
                 const Octets& cookie = {}) {
    Octets out(limit);
    out.resize(write_response(dns::MessageView::parse(query).value(), content, limit, out, cookie));
    return out;
  }

  Chance chance{GetParam()};
  Judge judge{{std::chrono::hours(24), std::chrono::hours(1)}};
};

TEST_P(ResponsePropertyTest, HoldsItsPromises) {
  std::size_t stripped = 0, truncated = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto question = chance.question();
    const auto stored = answer(question);
    if (!stored) continue;
    const auto query_octets = chance.query(chance.respelled(question));
    const auto query = dns::MessageView::parse(query_octets).value();
    const dns::ExtendedErrorOption error{dns::ExtendedError::other, chance.letters(chance.below(600), true)};
    auto content = content_of(*stored, now, now);
    content.age = chance.below(12'000);
    if (chance.coin()) content.error.emplace(error);
    const auto limit = response_limit(query, chance.below(4) == 0 ? Protocol::tcp : Protocol::udp);

    const Octets cookie(chance.coin() ? 24 : 0, 7);
    const auto out = respond(query_octets, content, limit, cookie);
    ASSERT_LE(out.size(), limit);
    const auto response = dns::MessageView::parse(out);
    ASSERT_TRUE(response) << dns::to_text(response.error());
    EXPECT_TRUE(response->header().response);
    EXPECT_EQ(response->header().id, query.header().id);
    EXPECT_EQ(response->rcode(), content.rcode);
    EXPECT_TRUE(std::ranges::equal(response->question_wire(), query.question_wire()));
    EXPECT_EQ(response->edns().has_value(), query.edns().has_value());
    if (response->edns()) {
      EXPECT_EQ(response->edns()->options.find(dns::OptionCode::cookie).has_value(), !cookie.empty());
    }
    if (response->edns() && !content.error) {
      EXPECT_FALSE(dns::extended_error(response->edns()->options));
    }

    const auto expected = lines_of(stored->message(), content.age, has_dnssec_ok(query));
    if (response->header().truncated) {
      EXPECT_TRUE(lines_of(out, 0, true).empty());
      ++truncated;
    } else {
      EXPECT_TRUE(lines_of(out, 0, true) == expected);
      stripped += expected.size() < stored->ttl_offsets().size();
    }
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  EXPECT_GT(stripped, 100u);
  EXPECT_GT(truncated, 20u);
}

/// The size that counts is that of what this client gets.
TEST_P(ResponsePropertyTest, IsTruncatedOnlyIfItDoesNotFit) {
  for (int round = 0; round < 500; ++round) {
    const auto question = chance.question();
    const auto stored = answer(question);
    if (!stored) continue;
    const auto query = chance.query(question);
    const auto content = content_of(*stored, now, now);
    const auto size = respond(query, content, 65'535).size();
    const auto is_truncated = [&](std::size_t limit) {
      return dns::MessageView::parse(respond(query, content, limit))->header().truncated;
    };
    EXPECT_FALSE(is_truncated(size));
    if (!stored->ttl_offsets().empty() && size > query.size() + opt_size) {
      EXPECT_TRUE(is_truncated(size - 1));
    }
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ResponsePropertyTest, ::testing::Range(1u, 6u));

}  // namespace
}  // namespace tributary::resolver
