#include "dns/message_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "dns/message_builder.hpp"
#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dns {
namespace {

using namespace std::string_view_literals;
using testing::name;
using testing::Octets;
using testing::octets_of;

constexpr auto question = "\7example\0\0\1\0\1"sv;
constexpr auto a_record = "\300\14\0\1\0\1\0\0\1\54\0\4\300\0\2\1"sv;  // example. 300 IN A 192.0.2.1
constexpr auto opt = "\0\0\51\4\320\0\0\200\0\0\0"sv;                  // 1232 octets, DO

/// A header with these counts: one octet each.
Octets message(std::string_view counts, std::initializer_list<std::string_view> parts) {
  auto octets = octets_of({"\22\64\201\200"sv});
  for (const char count : counts) octets.insert(octets.end(), {0, static_cast<std::uint8_t>(count)});
  const auto rest = octets_of(parts);
  octets.insert(octets.end(), rest.begin(), rest.end());
  return octets;
}

TEST(MessageView, ReadsTheHeader) {
  const auto header = read_header(octets_of({"\22\64\177\13\0\0\0\0\0\0\0\0"sv}));
  Header expected;
  expected.id = 0x1234;
  expected.opcode = Opcode{15};
  expected.authoritative = expected.truncated = expected.recursion_desired = true;
  expected.rcode = Rcode{11};
  EXPECT_EQ(header, expected);
}

TEST(MessageView, ReadsTheOtherFlags) {
  Header expected;
  expected.response = expected.recursion_available = expected.authentic_data = expected.checking_disabled =
      true;
  EXPECT_EQ(read_header(octets_of({"\0\0\200\260\0\0\0\0\0\0\0\0"sv})), expected);
  EXPECT_FALSE(read_header(octets_of({"\0\0\200\260\0\0\0\0\0\0\0"sv})));
}

TEST(MessageView, ReadsEverySection) {
  const auto octets = message("\1\1\2\2"sv, {question, a_record, a_record, a_record, opt, a_record});
  const auto view = MessageView::parse(octets).value();
  EXPECT_EQ(view.question(), (Question{name("example."), Type::A, Class::IN}));
  EXPECT_TRUE(std::ranges::equal(view.question_wire(), question));
  EXPECT_EQ(view.record_count(Section::answer), 1u);
  EXPECT_EQ(view.record_count(Section::authority), 2u);
  EXPECT_EQ(view.record_count(Section::additional), 1u);

  std::vector<Section> sections;
  view.for_each_record([&](const RecordView& record) {
    sections.push_back(record.section);
    EXPECT_EQ(view.owner(record), name("example."));
    EXPECT_EQ(record.type, Type::A);
    EXPECT_EQ(record.ttl, 300u);
    EXPECT_EQ(octets[record.ttl_offset + 3], 300 % 256);
    EXPECT_EQ(record.rdata_length, 4);
    EXPECT_EQ(octets[record.rdata_offset], 192);
  });
  EXPECT_EQ(sections,
            (std::vector{Section::answer, Section::authority, Section::authority, Section::additional}));
}

TEST(MessageView, ReadsTheOpt) {
  const auto octets = message("\1\0\0\1"sv, {question, "\0\0\51\4\320\1\0\200\0\0\4\0\14\0\0"sv});
  const auto view = MessageView::parse(octets).value();
  ASSERT_TRUE(view.edns());
  EXPECT_EQ(view.edns()->udp_payload, 1232);
  EXPECT_EQ(view.edns()->version, 0);
  EXPECT_TRUE(view.edns()->dnssec_ok);
  EXPECT_EQ(view.rcode(), Rcode::BADVERS);
  EXPECT_TRUE(view.edns()->options.find(OptionCode::padding));
}

TEST(MessageView, TakesASmallPayloadFor512) {
  const auto octets = message("\1\0\0\1"sv, {question, "\0\0\51\0\100\0\0\0\0\0\0"sv});
  EXPECT_EQ(MessageView::parse(octets)->edns()->udp_payload, 512);
}

TEST(MessageView, MayHaveNoOpt) {
  const auto octets = message("\1\0\0\0"sv, {question});
  EXPECT_FALSE(MessageView::parse(octets)->edns());
  EXPECT_EQ(MessageView::parse(octets)->rcode(), Rcode::NOERROR);
}

TEST(MessageView, RefusesMalformedMessages) {
  const struct {
    const char* what;
    ParseError error;
    Octets octets;
  } cases[] = {
      {"nothing", ParseError::short_header, {}},
      {"eleven octets", ParseError::short_header, Octets(11)},
      {"no question", ParseError::question_count, message("\0\0\0\0"sv, {})},
      {"two questions", ParseError::question_count, message("\2\0\0\0"sv, {question, question})},
      {"QNAME missing", ParseError::bad_name, message("\1\0\0\0"sv, {})},
      {"QNAME cut off", ParseError::bad_name, message("\1\0\0\0"sv, {"\7exam"})},
      {"QNAME compressed", ParseError::bad_name, message("\1\0\0\0"sv, {"\300\14\0\1\0\1"sv})},
      {"QNAME into the header", ParseError::bad_name, message("\1\0\0\0"sv, {"\300\0\0\1\0\1"sv})},
      {"QNAME label too long", ParseError::bad_name,
       message("\1\0\0\0"sv, {"\100", std::string(64, 'x'), question})},
      {"QCLASS missing", ParseError::cut_off, message("\1\0\0\0"sv, {question.substr(0, 11)})},
      {"record missing", ParseError::cut_off, message("\1\1\0\0"sv, {question})},
      {"second record missing", ParseError::cut_off, message("\1\2\0\0"sv, {question, a_record})},
      {"record ends in its TTL", ParseError::cut_off,
       message("\1\1\0\0"sv, {question, a_record.substr(0, 8)})},
      {"record ends in RDATA", ParseError::cut_off,
       message("\1\1\0\0"sv, {question, a_record.substr(0, 15)})},
      {"owner points forward", ParseError::bad_name,
       message("\1\1\0\0"sv, {question, "\300\77\0\1\0\1\0\0\0\0\0\0"sv})},
      {"owner points at itself", ParseError::bad_name,
       message("\1\1\0\0"sv, {question, "\300\31\0\1\0\1\0\0\0\0\0\0"sv})},
      {"owner cut off", ParseError::bad_name, message("\1\1\0\0"sv, {question, "\3ww"})},
      {"one octet too many", ParseError::trailing_bytes, message("\1\0\0\0"sv, {question, "\0"sv})},
      {"uncounted record", ParseError::trailing_bytes, message("\1\1\0\0"sv, {question, a_record, a_record})},
      {"two OPTs", ParseError::bad_opt, message("\1\0\0\2"sv, {question, opt, opt})},
      {"OPT in the answer", ParseError::bad_opt, message("\1\1\0\0"sv, {question, opt})},
      {"OPT in the authority", ParseError::bad_opt, message("\1\0\1\0"sv, {question, opt})},
      {"OPT of another owner", ParseError::bad_opt,
       message("\1\0\0\1"sv, {question, "\300\14\0\51\4\320\0\0\0\0\0\0"sv})},
      {"OPT of a compressed root", ParseError::bad_opt,
       message("\1\0\0\1"sv, {question, "\300\24\0\51\4\320\0\0\0\0\0\0"sv})},
      {"option overruns", ParseError::bad_opt,
       message("\1\0\0\1"sv, {question, "\0\0\51\4\320\0\0\0\0\0\5\0\12\0\2x"sv})},
      {"option header cut off", ParseError::bad_opt,
       message("\1\0\0\1"sv, {question, "\0\0\51\4\320\0\0\0\0\0\3\0\12\0"sv})},
  };
  for (const auto& bad : cases) {
    const auto view = MessageView::parse(bad.octets);
    ASSERT_FALSE(view) << bad.what;
    EXPECT_EQ(view.error(), bad.error) << bad.what << ": " << to_text(view.error());
  }
}

/// A question whose name has `labels` labels, and `records` whose owners point to that of the first one,
/// which points to the question's.
Octets message_of_long_names(std::size_t labels, std::size_t records) {
  Octets octets = message("\1\0\0\0"sv, {});
  for (std::size_t i = 0; i < labels; ++i) octets.insert(octets.end(), {1, 'a'});
  octets.insert(octets.end(), {0, 0, 1, 0, 1});
  octets[6] = static_cast<std::uint8_t>(records >> 8);
  octets[7] = static_cast<std::uint8_t>(records);
  const std::size_t first = octets.size();
  const auto rest = octets_of({"\377\0\0\1\0\0\0\0\0\0"sv});  // type 65280, no RDATA
  for (std::size_t i = 0; i < records; ++i) {
    const std::size_t target = i == 0 ? header_size : first;
    octets.insert(octets.end(),
                  {static_cast<std::uint8_t>(0xC0 | target >> 8), static_cast<std::uint8_t>(target)});
    octets.insert(octets.end(), rest.begin(), rest.end());
  }
  return octets;
}

TEST(MessageView, RefusesMoreOfLongNamesThanAnyReaderShouldWalkThrough) {
  EXPECT_TRUE(MessageView::parse(message_of_long_names(8, 5'000)));
  EXPECT_TRUE(MessageView::parse(message_of_long_names(120, 500)));
  EXPECT_EQ(MessageView::parse(message_of_long_names(120, 5'000)).error(), ParseError::bad_name);
}

TEST(MessageView, RefusesEveryPrefix) {
  const auto octets = message("\1\1\1\2"sv, {question, a_record, a_record, opt, a_record});
  ASSERT_TRUE(MessageView::parse(octets));
  for (std::size_t size = 0; size < octets.size(); ++size)
    EXPECT_FALSE(MessageView::parse(std::span(octets).first(size))) << size;
}

std::optional<SectionedRecords> read_one_answer(std::string_view record) {
  const auto octets = message("\1\1\0\0"sv, {question, record});
  return read_records(MessageView::parse(octets).value());
}

TEST(ReadRecords, UncompressesNamesInRdata) {
  const auto records = read_one_answer("\300\14\0\17\0\1\0\0\0\1\0\11\0\12\4mail\300\14"sv);
  ASSERT_TRUE(records);
  EXPECT_EQ(records->answer, (std::vector{testing::record("example. 1 IN MX 10 mail.example.")}));
}

TEST(ReadRecords, TakesAnImpossibleTtlForZero) {  // RFC 2181 §8
  EXPECT_EQ(read_one_answer("\300\14\0\1\0\1\200\0\0\0\0\4\300\0\2\1"sv)->answer.at(0).ttl, 0u);
  EXPECT_EQ(read_one_answer("\300\14\0\1\0\1\177\377\377\377\0\4\300\0\2\1"sv)->answer.at(0).ttl,
            0x7FFFFFFFu);
}

TEST(ReadRecords, RefusesMalformedRdata) {
  const struct {
    const char* what;
    std::string_view record;
  } cases[] = {
      {"A of three octets", "\300\14\0\1\0\1\0\0\0\1\0\3\300\0\2"sv},
      {"A of five octets", "\300\14\0\1\0\1\0\0\0\1\0\5\300\0\2\1\1"sv},
      {"AAAA of four octets", "\300\14\0\34\0\1\0\0\0\1\0\4\300\0\2\1"sv},
      {"NS with an octet too many", "\300\14\0\2\0\1\0\0\0\1\0\3\300\14\0"sv},
      {"NS that ends behind its RDATA", "\300\14\0\2\0\1\0\0\0\1\0\1\300"sv},
      {"NS that points at itself", "\300\14\0\2\0\1\0\0\0\1\0\2\300\45"sv},
      {"MX without a name", "\300\14\0\17\0\1\0\0\0\1\0\2\0\12"sv},
      {"SOA cut off", "\300\14\0\6\0\1\0\0\0\1\0\10\300\14\300\14\0\0\0\0"sv},
      {"NSEC with a compressed name", "\300\14\0\57\0\1\0\0\0\1\0\2\300\14"sv},
      {"NAPTR whose text overruns", "\300\14\0\43\0\1\0\0\0\1\0\7\0\0\0\0\11ab"sv},
  };
  for (const auto& bad : cases) EXPECT_FALSE(read_one_answer(bad.record)) << bad.what;
}

TEST(ReadRecords, LeavesUnknownTypesAlone) {
  EXPECT_EQ(read_one_answer("\300\14\377\0\0\1\0\0\0\1\0\2\300\14"sv)->answer.at(0).rdata,
            octets_of({"\300\14"}));
}

TEST(MessageView, StandsRandomOctets) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    auto octets = message("\1\1\1\1"sv, {question, a_record, a_record, opt});
    for (int change = 0; change < 3; ++change)
      octets[random() % octets.size()] = static_cast<std::uint8_t>(random());
    const auto view = MessageView::parse(octets);
    if (!view) continue;
    const auto records = read_records(*view);
    if (!records) continue;
    for (const auto& record : records->answer) EXPECT_FALSE(to_text(record).empty());
  }
}

}  // namespace
}  // namespace tributary::dns
