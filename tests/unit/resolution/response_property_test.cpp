// Random answers to random queries, from a seed: whatever they are, the response holds its promises.

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "resolver/response.hpp"
#include "tests/unit/dns/reply_message.hpp"

namespace tributary::resolver {
namespace {

using Octets = std::vector<std::uint8_t>;

struct Stored {
  Octets message;
  std::vector<std::uint16_t> ttl_offsets;
};

class Chance {
 public:
  explicit Chance(unsigned seed) : generator_(seed) {}

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(generator_() % bound); }
  bool coin() { return below(2) == 0; }

  std::string letters(std::size_t count, bool any_case) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      const char letter = static_cast<char>('a' + below(26));
      out += any_case && coin() ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    return out;
  }

  dns::Question question() {
    std::string text;
    for (auto labels = below(4); labels > 0; --labels) text += letters(1 + below(60), true) + ".";
    return dns::testing::question(text.empty() ? "." : text, static_cast<dns::Type>(1 + below(300)));
  }

  Octets query(const dns::Question& question) {
    dns::Header header;
    header.id = static_cast<std::uint16_t>(below(65536));
    header.recursion_desired = coin();
    header.checking_disabled = coin();
    dns::Edns edns;
    edns.udp_payload = static_cast<std::uint16_t>(below(5000));
    edns.dnssec_ok = coin();
    return dns::build_query(header, question, coin() ? &edns : nullptr);
  }

  /// What the cache may hold for `question`.
  Stored answer(const dns::Question& question) {
    dns::Header header;
    header.response = true;
    dns::MessageBuilder builder(header);
    builder.question({question.name.lower_cased(), question.type, question.klass});
    bool fits = true;
    for (auto count = below(12); fits && count > 0; --count)
      fits = builder.record(dns::Section::answer, record(question));
    for (auto count = below(4); fits && count > 0; --count)
      fits = builder.record(dns::Section::authority, record(question));
    auto ttl_offsets = builder.ttl_offsets();
    return {builder.take(), std::move(ttl_offsets)};
  }

 private:
  dns::Record record(const dns::Question& question) {
    const auto owner =
        coin() ? question.name : dns::testing::name(letters(1 + below(20), false) + ".example.");
    Octets rdata(below(coin() ? 20 : 400));
    for (auto& octet : rdata) octet = static_cast<std::uint8_t>(below(256));
    return {owner, dns::Type::TXT, dns::Class::IN, below(10'000), rdata};
  }

  std::mt19937 generator_;
};

std::vector<std::uint32_t> ttls_of(const dns::MessageView& message) {
  std::vector<std::uint32_t> ttls;
  message.for_each_record([&](const dns::RecordView& record) { ttls.push_back(record.ttl); });
  return ttls;
}

std::vector<std::uint32_t> lessened(std::vector<std::uint32_t> ttls, std::uint32_t age) {
  for (auto& ttl : ttls) ttl -= std::min(ttl, age);
  return ttls;
}

class ResponsePropertyTest : public testing::TestWithParam<unsigned> {};

TEST_P(ResponsePropertyTest, HoldsItsPromises) {
  Chance chance(GetParam());
  for (int round = 0; round < 500; ++round) {
    const auto question = chance.question();
    const auto query_octets = chance.query(question);
    const auto query = dns::MessageView::parse(query_octets).value();
    const auto stored = chance.answer(question);
    const dns::ExtendedErrorOption error{dns::ExtendedError::other, chance.letters(chance.below(600), true)};
    ResponseContent content;
    content.rcode = chance.coin() ? dns::Rcode::NOERROR : dns::Rcode::NXDOMAIN;
    content.message = stored.message;
    content.ttl_offsets = stored.ttl_offsets;
    content.age = chance.below(12'000);
    if (chance.coin()) content.error.emplace(error);
    const auto limit = response_limit(query, chance.below(4) == 0 ? Protocol::tcp : Protocol::udp);

    const Octets cookie(chance.coin() ? 24 : 0, 7);

    Octets out(limit);
    const auto size = write_response(query, content, limit, out, cookie);
    ASSERT_LE(size, limit);
    out.resize(size);
    const auto response = dns::MessageView::parse(out);
    ASSERT_TRUE(response) << dns::to_text(response.error());
    EXPECT_TRUE(response->header().response);
    EXPECT_EQ(response->header().id, query.header().id);
    EXPECT_EQ(response->rcode(), content.rcode);
    EXPECT_TRUE(std::ranges::equal(response->question_wire(), query.question_wire()));
    EXPECT_EQ(response->edns().has_value(), query.edns().has_value());

    const auto whole = dns::MessageView::parse(stored.message).value();
    const std::size_t opt_size = 11 + (cookie.empty() ? 0 : 4 + cookie.size());
    const bool fits = stored.message.size() + (query.edns() ? opt_size : 0) <= limit;
    EXPECT_EQ(response->header().truncated, !fits);
    EXPECT_EQ(ttls_of(*response),
              fits ? lessened(ttls_of(whole), content.age) : std::vector<std::uint32_t>{});
    if (fits) {
      EXPECT_EQ(response->record_count(dns::Section::answer), whole.record_count(dns::Section::answer));
      EXPECT_EQ(response->record_count(dns::Section::authority), whole.record_count(dns::Section::authority));
    }
    if (response->edns()) {
      EXPECT_EQ(response->edns()->options.find(dns::OptionCode::cookie).has_value(), !cookie.empty());
    }
    if (response->edns() && !content.error) {
      EXPECT_FALSE(dns::extended_error(response->edns()->options));
    }
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ResponsePropertyTest, testing::Range(1u, 6u));

}  // namespace
}  // namespace tributary::resolver
