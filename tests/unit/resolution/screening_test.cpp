#include "resolver/screening.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dns/reply_message.hpp"

namespace tributary::resolver {
namespace {

using dns::Class;
using dns::Rcode;
using dns::Type;

struct ScreeningCase {
  Type type;
  Class klass = Class::IN;
  std::uint8_t edns_version = 0;
  std::optional<Rcode> refused = {};
  std::optional<dns::ExtendedError> error = {};
};

class ScreeningTest : public testing::TestWithParam<ScreeningCase> {};

TEST_P(ScreeningTest, RefusesWhatNobodyResolves) {
  const auto& expected = GetParam();
  dns::Edns edns;
  edns.version = expected.edns_version;
  const auto query =
      dns::build_query({}, {dns::testing::name("www.example."), expected.type, expected.klass}, &edns);
  const auto refusal = screen(dns::MessageView::parse(query).value());
  ASSERT_EQ(refusal.has_value(), expected.refused.has_value());
  if (!refusal) return;
  EXPECT_EQ(refusal->rcode, *expected.refused);
  ASSERT_EQ(refusal->error.has_value(), expected.error.has_value());
  if (expected.error) {
    EXPECT_EQ(refusal->error->code, *expected.error);
    EXPECT_FALSE(refusal->error->text.empty());
  }
}

constexpr auto not_supported = dns::ExtendedError::not_supported;

INSTANTIATE_TEST_SUITE_P(
    Queries, ScreeningTest,
    testing::Values(ScreeningCase{Type::A}, ScreeningCase{Type::HTTPS},
                    ScreeningCase{static_cast<Type>(65280)}, ScreeningCase{Type::DS},
                    ScreeningCase{Type::RRSIG}, ScreeningCase{Type::ANY},
                    ScreeningCase{Type::A, Class::CH, 0, Rcode::REFUSED, not_supported},
                    ScreeningCase{Type::TXT, Class::ANY, 0, Rcode::REFUSED, not_supported},
                    ScreeningCase{Type::AXFR, Class::IN, 0, Rcode::REFUSED, not_supported},
                    ScreeningCase{Type::IXFR, Class::IN, 0, Rcode::REFUSED, not_supported},
                    ScreeningCase{Type::OPT, Class::IN, 0, Rcode::FORMERR},
                    ScreeningCase{Type::TSIG, Class::IN, 0, Rcode::NOTIMP, not_supported},
                    ScreeningCase{Type::TKEY, Class::IN, 0, Rcode::NOTIMP, not_supported},
                    ScreeningCase{Type::MAILB, Class::IN, 0, Rcode::NOTIMP, not_supported},
                    ScreeningCase{Type::A, Class::IN, 1, Rcode::BADVERS},
                    ScreeningCase{Type::AXFR, Class::CH, 255, Rcode::BADVERS}));

TEST(Screening, FindsACookieOfImpossibleLengthMalformed) {
  for (const std::size_t length : {0u, 7u, 9u, 15u, 41u}) {
    std::vector<std::uint8_t> options;
    dns::append_option(options, dns::OptionCode::cookie, std::vector<std::uint8_t>(length));
    dns::Edns edns;
    edns.options = options;
    const auto query = dns::build_query({}, dns::testing::question("www.example."), &edns);
    const auto refusal = screen(dns::MessageView::parse(query).value());
    ASSERT_TRUE(refusal) << length;
    EXPECT_EQ(refusal->rcode, Rcode::FORMERR);
  }
}

struct RecordsCase {
  std::uint8_t answer, authority, additional;
  bool few;
};

class RecordsTest : public testing::TestWithParam<RecordsCase> {};

TEST_P(RecordsTest, AreAsManyAsAQueryNeeds) {
  const auto& expected = GetParam();
  auto query = dns::build_query({}, dns::testing::question("www.example."), nullptr);
  query[7] = expected.answer;
  query[9] = expected.authority;
  query[11] = expected.additional;
  EXPECT_EQ(has_few_records(query), expected.few);
  query[6] = query[8] = query[10] = 0xff;
  EXPECT_FALSE(has_few_records(query));
}

INSTANTIATE_TEST_SUITE_P(Counts, RecordsTest,
                         testing::Values(RecordsCase{0, 0, 0, true}, RecordsCase{0, 0, 1, true},
                                         RecordsCase{0, 1, 2, true}, RecordsCase{0, 0, 4, false},
                                         RecordsCase{4, 0, 0, false}, RecordsCase{1, 1, 2, false}));

TEST(Screening, LetsAQueryWithoutEdnsPass) {
  const auto query = dns::build_query({}, dns::testing::question("www.example."), nullptr);
  EXPECT_FALSE(screen(dns::MessageView::parse(query).value()));
}

TEST(Screening, WhoNeedsRecursionIsToldSo) {
  EXPECT_EQ(recursion_needed().rcode, Rcode::REFUSED);
  ASSERT_TRUE(recursion_needed().error);
  EXPECT_EQ(recursion_needed().error->code, dns::ExtendedError::not_authoritative);
}

}  // namespace
}  // namespace tributary::resolver
