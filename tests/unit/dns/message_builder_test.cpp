#include "dns/message_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dns {
namespace {

using namespace std::string_view_literals;
using testing::name;
using testing::Octets;
using testing::octets_of;
using testing::record;

const Question www_question{name("www.example."), Type::A, Class::IN};

TEST(MessageBuilder, WritesTheHeader) {
  Header header;
  header.id = 0xABCD;
  header.response = header.authoritative = header.recursion_desired = header.checking_disabled = true;
  header.opcode = Opcode::NOTIFY;
  header.rcode = Rcode::REFUSED;
  EXPECT_EQ(read_header(MessageBuilder(header).take()), header);
  header = {};
  header.truncated = header.recursion_available = header.authentic_data = true;
  EXPECT_EQ(read_header(MessageBuilder(header).take()), header);
}

TEST(MessageBuilder, CompressesOwnersAndRdataOfRfc1035) {
  MessageBuilder builder({});
  builder.question(www_question);
  ASSERT_TRUE(builder.record(Section::answer, record("www.example. 1 IN CNAME a.www.example.")));
  ASSERT_TRUE(builder.record(Section::answer, record("a.WWW.example. 2 IN A 192.0.2.1")));
  EXPECT_EQ(builder.take(), octets_of({"\0\0\0\0\0\1\0\2\0\0\0\0"sv, "\3www\7example\0\0\1\0\1"sv,
                                       "\300\14\0\5\0\1\0\0\0\1\0\4\1a\300\14"sv,
                                       "\300\51\0\1\0\1\0\0\0\2\0\4\300\0\2\1"sv}));
}

TEST(MessageBuilder, DoesNotCompressRdataOfLaterTypes) {
  for (const auto* line : {"www.example. 1 IN SRV 1 2 3 www.example.", "www.example. 1 IN DNAME www.example.",
                           "www.example. 1 IN NSEC www.example. A"}) {
    MessageBuilder builder({});
    builder.question(www_question);
    ASSERT_TRUE(builder.record(Section::answer, record(line)));
    const auto rdata = record(line).rdata;
    const auto octets = builder.take();
    EXPECT_TRUE(std::ranges::equal(std::span(octets).last(rdata.size()), rdata)) << line;
  }
}

TEST(MessageBuilder, DoesNotPointBeyondFourteenBits) {
  MessageBuilder builder({});
  builder.question({Name(), Type::TXT, Class::IN});
  const Record filler{Name(), Type{65280}, Class::IN, 0, Octets(0x4000)};
  const Record late = record("late.example. 1 IN NS late.example.");
  ASSERT_TRUE(builder.record(Section::answer, filler));
  ASSERT_TRUE(builder.record(Section::answer, late));
  ASSERT_TRUE(builder.record(Section::answer, late));
  const auto octets = builder.take();
  EXPECT_EQ(read_records(MessageView::parse(octets).value())->answer, (std::vector{filler, late, late}));
}

TEST(MessageBuilder, LeavesOutWhatExceedsTheLimit) {
  const Record first = record("www.example. 1 IN A 192.0.2.1"), other = record("b.example. 1 IN A 192.0.2.2");
  MessageBuilder whole({});
  whole.question(www_question);
  ASSERT_TRUE(whole.record(Section::answer, first));

  MessageBuilder builder({}, whole.size());
  builder.question(www_question);
  ASSERT_TRUE(builder.record(Section::answer, first));
  EXPECT_FALSE(builder.record(Section::answer, other));
  EXPECT_FALSE(builder.edns({}));
  EXPECT_EQ(builder.ttl_offsets(), whole.ttl_offsets());
  EXPECT_EQ(builder.take(), whole.take());
}

TEST(MessageBuilder, ForgetsTheNamesOfARecordLeftOut) {
  MessageBuilder builder({}, 60);
  builder.question(www_question);
  const Record big{name("far.away."), Type::TXT, Class::IN, 1, Octets(60)},
      small{name("away."), Type{65280}, {}, 1, {}};
  EXPECT_FALSE(builder.record(Section::answer, big));
  ASSERT_TRUE(builder.record(Section::answer, small));
  EXPECT_EQ(read_records(MessageView::parse(builder.take()).value())->answer, (std::vector{small}));
}

// Looking for suffixes label by label made this take minutes: a reply like it must not stop a worker.
TEST(MessageBuilder, StandsManyLongNamesThatShareNothingButTheirBeginnings) {
  MessageBuilder builder({});
  builder.question({Name(), Type::PTR, Class::IN});
  std::string beginning;
  for (int label = 0; label < 122; ++label) beginning += "a.";
  for (int record = 0; record < 247; ++record) {
    const auto target = Name::parse(beginning + std::to_string(record));
    ASSERT_TRUE(target);
    const auto wire = target->wire();
    const Record made{Name(), Type::PTR, Class::IN, 1, {wire.begin(), wire.end()}};
    ASSERT_TRUE(builder.record(Section::answer, made));
  }
  const auto message = builder.take();
  const auto view = MessageView::parse(message);
  ASSERT_TRUE(view);
  EXPECT_EQ(read_records(*view)->answer.size(), 247U);
}

TEST(MessageBuilder, NeverExceedsAMessage) {
  MessageBuilder builder({}, 1 << 20);
  builder.question(www_question);
  EXPECT_FALSE(builder.record(Section::answer, {Name(), Type::TXT, Class::IN, 1, Octets(65535)}));
}

TEST(MessageBuilder, KnowsItsTtls) {
  MessageBuilder builder({});
  builder.question(www_question);
  ASSERT_TRUE(builder.record(Section::answer, record("www.example. 1 IN CNAME a.example.")));
  ASSERT_TRUE(builder.record(Section::authority, record("a.example. 2 IN A 192.0.2.1")));
  ASSERT_TRUE(builder.edns({}));
  const auto offsets = builder.ttl_offsets();
  const auto octets = builder.take();
  std::vector<std::uint16_t> expected;
  MessageView::parse(octets)->for_each_record(
      [&](const RecordView& view) { expected.push_back(static_cast<std::uint16_t>(view.ttl_offset)); });
  EXPECT_EQ(offsets, expected);
  EXPECT_EQ(offsets.size(), 2u);
}

TEST(MessageBuilder, WritesTheOpt) {
  Header header;
  header.rcode = Rcode::BADCOOKIE;
  MessageBuilder builder(header);
  builder.question(www_question);
  Octets options;
  append_extended_error(options, {ExtendedError::blocked, "list"});
  const Edns edns{4096, 0, true, options};
  ASSERT_TRUE(builder.edns(edns));
  const auto octets = builder.take();
  const auto view = MessageView::parse(octets).value();
  ASSERT_TRUE(view.edns());
  EXPECT_EQ(view.rcode(), Rcode::BADCOOKIE);
  EXPECT_EQ(view.edns()->udp_payload, 4096);
  EXPECT_TRUE(view.edns()->dnssec_ok);
  EXPECT_EQ(extended_error(view.edns()->options), (ExtendedErrorOption{ExtendedError::blocked, "list"}));
}

TEST(BuildQuery, WritesQuestionAndOpt) {
  Header header;
  header.recursion_desired = true;
  const Edns edns;
  const auto with = build_query(header, www_question, &edns),
             without = build_query(header, www_question, nullptr);
  EXPECT_EQ(MessageView::parse(with)->question(), www_question);
  EXPECT_EQ(MessageView::parse(with)->edns()->udp_payload, udp_payload_limit);
  EXPECT_EQ(MessageView::parse(without)->header(), header);
  EXPECT_FALSE(MessageView::parse(without)->edns());
}

TEST(WriteQuery, WritesInPlaceWhatBuildQueryMakes) {
  const Octets cookie(8, 7);
  Octets option(4 + cookie.size());
  ASSERT_EQ(write_option(option, OptionCode::cookie, cookie), option.size());
  Edns edns;
  edns.options = option;
  for (const auto* opt : {static_cast<const Edns*>(nullptr), static_cast<const Edns*>(&edns)}) {
    Octets out(query_size(www_question, opt), 0xFF);
    EXPECT_EQ(write_query(out, {}, www_question, opt), out.size());
    EXPECT_EQ(out, build_query({}, www_question, opt));
  }
  const auto query = build_query({}, www_question, &edns);
  const auto found = MessageView::parse(query)->edns()->options.find(OptionCode::cookie);
  ASSERT_TRUE(found);
  EXPECT_TRUE(std::ranges::equal(*found, cookie));
}

/// Random messages from few labels, so that names share endings.
class RandomRecords {
 public:
  explicit RandomRecords(unsigned seed) : random_(seed) {}

  Name name() {
    Name made;
    for (auto labels = random_() % 5; labels > 0; --labels) {
      const std::string label(1 + random_() % 3, static_cast<char>('a' + random_() % 3));
      made = made.with_label(octets_of({label})).value();
    }
    return made;
  }

  Record record() {
    constexpr Type types[] = {Type::A,   Type::AAAA,  Type::NS, Type::SOA,   Type::MX,    Type::TXT,
                              Type::SRV, Type::DNAME, Type::RP, Type::RRSIG, Type::NAPTR, Type{65280}};
    const Type type = types[random_() % std::size(types)];
    return {name(), type, Class::IN, static_cast<std::uint32_t>(random_() >> 1), rdata(type)};
  }

  Octets octets(std::size_t count) {
    Octets made(count);
    std::ranges::generate(made, [&] { return static_cast<std::uint8_t>(random_()); });
    return made;
  }

 private:
  Octets rdata(Type type) {
    switch (type) {
      case Type::A:
        return octets(4);
      case Type::AAAA:
        return octets(16);
      case Type::NS:
      case Type::DNAME:
        return joined({names(1)});
      case Type::SOA:
        return joined({names(2), octets(20)});
      case Type::MX:
        return joined({octets(2), names(1)});
      case Type::SRV:
        return joined({octets(6), names(1)});
      case Type::RP:
        return names(2);
      case Type::RRSIG:
        return joined({octets(18), names(1), octets(random_() % 64)});
      case Type::NAPTR:
        return joined({octets(4), {2, 'a', 'b'}, {0}, {1, 'c'}, names(1)});
      default:
        return octets(random_() % 100);
    }
  }

  Octets names(int count) {
    Octets made;
    for (; count > 0; --count) {
      const Name one = name();
      made.insert(made.end(), one.wire().begin(), one.wire().end());
    }
    return made;
  }

  static Octets joined(std::initializer_list<Octets> parts) {
    Octets made;
    for (const auto& part : parts) made.insert(made.end(), part.begin(), part.end());
    return made;
  }

  std::mt19937 random_;
};

TEST(MessageBuilder, WritesWhatIsReadBack) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    RandomRecords random(seed);
    MessageBuilder builder({});
    builder.question({random.name(), Type::A, Class::IN});
    SectionedRecords written;
    for (const auto section : {Section::answer, Section::authority, Section::additional})
      for (unsigned i = 0; i < seed % 20; ++i) {
        auto& records = section == Section::answer      ? written.answer
                        : section == Section::authority ? written.authority
                                                        : written.additional;
        records.push_back(random.record());
        ASSERT_TRUE(builder.record(section, records.back()));
      }
    const auto octets = builder.take();
    const auto view = MessageView::parse(octets);
    ASSERT_TRUE(view) << seed;
    const auto read = read_records(*view);
    ASSERT_TRUE(read) << seed;
    EXPECT_EQ(read->answer, written.answer) << seed;
    EXPECT_EQ(read->authority, written.authority) << seed;
    EXPECT_EQ(read->additional, written.additional) << seed;
  }
}

TEST(MessageBuilder, CopiesRecordsOfOtherMessages) {
  MessageBuilder original({}), copy({});
  for (unsigned seed = 0; seed < 100; ++seed) {
    RandomRecords random(seed);
    original.reset({});
    original.question({random.name(), Type::A, Class::IN});
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(original.record(Section::answer, random.record()));
    const auto view = MessageView::parse(original.octets()).value();
    copy.reset({});
    copy.question({random.name(), Type::A, Class::IN});
    view.for_each_record([&](const RecordView& record) {
      EXPECT_TRUE(copy.record(record.section, view, record, record.ttl / 2));
    });
    auto expected = read_records(view)->answer;
    for (auto& record : expected) record.ttl /= 2;
    const auto copied = MessageView::parse(copy.octets());
    ASSERT_TRUE(copied) << seed;
    EXPECT_EQ(read_records(*copied)->answer, expected) << seed;
  }
}

TEST(MessageBuilder, CopiesOwnersThatAreTheirQuestionWhateverOurs) {
  MessageBuilder original({});
  original.question(www_question);
  ASSERT_TRUE(original.record(Section::answer, record("www.example. 1 IN A 192.0.2.1")));
  const auto view = MessageView::parse(original.octets()).value();
  for (const auto* ours : {"WWW.Example.", "example.", "w.www.example.", "other.test.", "."}) {
    MessageBuilder copy({}), written({});
    for (auto* builder : {&copy, &written}) builder->question({name(ours), Type::A, Class::IN});
    view.for_each_record(
        [&](const RecordView& one) { ASSERT_TRUE(copy.record(one.section, view, one, one.ttl)); });
    ASSERT_TRUE(written.record(Section::answer, record("www.example. 1 IN A 192.0.2.1")));
    EXPECT_EQ(copy.take(), written.take()) << ours;
  }
}

TEST(MessageBuilder, DoesNotPointToNamesThatAreNotRemembered) {
  const Record first = record("a.test. 1 IN A 192.0.2.1"), second = record("b.test. 1 IN A 192.0.2.2");
  MessageBuilder builder({});
  builder.question(www_question);
  builder.remember_names(false);
  ASSERT_TRUE(builder.record(Section::answer, first));
  builder.remember_names(true);
  const auto before = builder.size();
  ASSERT_TRUE(builder.record(Section::answer, second));
  EXPECT_EQ(builder.size() - before, second.owner.wire().size() + 10 + 4);
  EXPECT_EQ(read_records(MessageView::parse(builder.octets()).value())->answer, (std::vector{first, second}));
}

TEST(MessageBuilder, ForgetsEverythingWhenReset) {
  MessageBuilder used({});
  used.question({name("other.test."), Type::A, Class::IN});
  ASSERT_TRUE(used.record(Section::answer, record("a.www.example. 1 IN NS b.www.example.")));
  used.reset({});
  MessageBuilder fresh({});
  for (auto* builder : {&used, &fresh}) {
    builder->question(www_question);
    ASSERT_TRUE(builder->record(Section::answer, record("a.www.example. 1 IN A 192.0.2.1")));
  }
  EXPECT_EQ(used.ttl_offsets(), fresh.ttl_offsets());
  EXPECT_EQ(used.take(), fresh.take());
}

TEST(RecordText, OfAnyRecordIsReadBack) {
  RandomRecords random(7);
  for (int round = 0; round < 2000; ++round) {
    const Record made = random.record();
    // Random octets are no character-strings, and ldns reads no signature dates before 1970.
    if (made.type == Type::TXT || made.type == Type::RRSIG) continue;
    const auto read = parse_record(to_text(made));
    ASSERT_TRUE(read) << to_text(made) << ": " << read.error();
    EXPECT_EQ(*read, made) << to_text(made);
  }
}

TEST(RecordText, StandsRandomRdataOfEveryType) {
  RandomRecords random(11);
  for (std::uint16_t round = 0; round < 20000; ++round) {
    const Record made{random.name(), Type{static_cast<std::uint16_t>(round % 300)}, Class::IN, 1,
                      random.octets(round % 47)};
    EXPECT_TRUE(to_text(made).starts_with(made.owner.to_text()));
  }
}

}  // namespace
}  // namespace tributary::dns
