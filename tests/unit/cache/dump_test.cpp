#include "cache/dump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "cache/dump_reader.hpp"
#include "tests/unit/cache/answers.hpp"
#include "tests/unit/cache/dump_octets.hpp"

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;
using dns::testing::question;
using testing::body_of;
using testing::dumped;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::Octets;
using testing::record_of;
using ::testing::SizeIs;
using testing::operator+;

/// What a reader made of a file.
struct Read {
  std::map<std::string, Octets> answers;  ///< By question: everything that was said of it.
  std::vector<DumpedAnswer> records;      ///< Without their messages, which are gone.
  std::optional<DumpHeader> header;
  std::string refusal;
  std::size_t damaged = 0;
};

Read read(std::span<const std::uint8_t> file, std::size_t piece = SIZE_MAX) {
  Read out;
  DumpReader reader;
  const auto visit = [&out](const DumpHeader& header, const DumpedAnswer& answer) {
    out.header = header;
    out.answers[dns::MessageView::parse(answer.message).value().question().name.to_text()] = body_of(answer);
    out.records.push_back(answer);
  };
  for (auto left = file; !left.empty(); left = left.subspan(std::min(piece, left.size())))
    reader.feed(left.first(std::min(piece, left.size())), visit);
  reader.finish(visit);
  out.refusal = reader.refusal();
  out.damaged = reader.damaged();
  return out;
}

class CacheDumpTest : public ::testing::Test {
 protected:
  void store(std::string_view name, const AnswerPtr& answer, bool checking_disabled = false,
             std::uint16_t group = 0, UpstreamPlace from = UpstreamPlace::none) {
    cache.store(Key(question(name), checking_disabled, group), answer, now, from);
  }
  void store_some() {
    store("one.example.", testing::positive(question("one.example."), 300, now));
    store("two.example.", testing::negative(question("two.example."), 300, now));
    store("three.example.", testing::signed_positive(question("three.example."), 300, now));
  }

  const Instant now{1h};
  AnswerCache cache{1 << 20, 1h};
  const DumpHeader header{
      {now, 1'800'000'000s, true, "this boot"}, 42, {{"public", 7, 0}, {"office", 8, 1}}, {"quad9", "isp"}};
};

TEST_F(CacheDumpTest, TellsWhatTheFileIsAbout) {
  store_some();
  EXPECT_EQ(read(dumped(cache, header)).header, header);
}

TEST_F(CacheDumpTest, TellsEverythingOfAnAnswer) {
  const auto asked = question("www.example.");
  const auto answer = testing::positive(asked, 300, now - 10s, resolver::Channel::authenticated);
  store("www.example.", answer, true, 1, upstream_place(1));
  const auto file = read(dumped(cache, header));
  ASSERT_THAT(file.records, SizeIs(1));
  const auto& record = file.records[0];
  EXPECT_EQ(record.stored, header.written.wall - 10s);
  EXPECT_EQ(record.group, 1);
  EXPECT_TRUE(record.checking_disabled);
  EXPECT_EQ(record.rank, Rank::authenticated);
  EXPECT_EQ(record.security, Security::unchecked);
  EXPECT_EQ(record.upstream, upstream_place(1));
  const auto message = answer->message();
  EXPECT_EQ(Octets(file.answers.at("www.example.").begin() + dump::least_record_body,
                   file.answers.at("www.example.").end()),
            Octets(message.begin(), message.end()));
}

TEST_F(CacheDumpTest, HasNeitherFailuresNorWhatIsOfNoUseAnyMore) {
  store("failed.example.", testing::failure(question("failed.example."), 0, now));
  store("stale.example.", testing::positive(question("stale.example."), 10, now - 30min));
  store("dead.example.", testing::positive(question("dead.example."), 10, now - 59min - 59s));
  DumpHeader later = header;
  later.written.boottime = now + 30min;
  const auto file = read(dumped(cache, later));
  EXPECT_THAT(file.answers, ElementsAre(::testing::Key("stale.example.")));
}

TEST_F(CacheDumpTest, EndsWhenTheSinkFails) {
  for (int i = 0; i < 5000; ++i) {
    const auto name = "n" + std::to_string(i) + ".example.";
    store(name, testing::positive(question(name), 300, now));
  }
  int pieces = 0;
  EXPECT_EQ(write_dump(cache, header, [&](auto) { return ++pieces == 0; }), std::nullopt);
  EXPECT_EQ(pieces, 1);
  EXPECT_GT(write_dump(cache, header, [&](auto) { return ++pieces > 0; }).value(), 4000u);
  EXPECT_GT(pieces, 3);
}

TEST_F(CacheDumpTest, IsReadAlikeInPiecesOfAnySize) {
  store_some();
  const auto file = dumped(cache, header);
  const auto whole = read(file);
  ASSERT_THAT(whole.answers, SizeIs(3));
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 15u, 16u, 17u, 100u})
    EXPECT_EQ(read(file, piece).answers, whole.answers) << piece;
}

TEST_F(CacheDumpTest, ADamagedOctetCostsOneRecord) {
  store_some();
  const auto file = dumped(cache, header);
  const auto whole = read(file);
  for (auto at = dump::write_header(header).octets.size(); at < file.size(); ++at) {
    auto damaged = file;
    damaged[at] ^= static_cast<std::uint8_t>(1 << at % 8);
    for (const std::size_t piece : {SIZE_MAX, std::size_t{5}}) {
      const auto left = read(damaged, piece);
      EXPECT_EQ(left.damaged, 1u) << at;
      EXPECT_EQ(left.answers.size(), 2u) << at;
      for (const auto& [name, body] : left.answers) EXPECT_EQ(body, whole.answers.at(name)) << at;
    }
  }
}

TEST_F(CacheDumpTest, ADamagedHeaderCostsAll) {
  store_some();
  const auto file = dumped(cache, header);
  for (std::size_t at = 0; at < dump::write_header(header).octets.size(); ++at) {
    auto damaged = file;
    damaged[at] ^= static_cast<std::uint8_t>(1 << at % 8);
    const auto left = read(damaged);
    EXPECT_TRUE(left.answers.empty()) << at;
    EXPECT_NE(left.refusal, "") << at;
  }
}

TEST_F(CacheDumpTest, ACutFileGivesWhatWasWhole) {
  store_some();
  const auto file = dumped(cache, header);
  const auto whole = read(file);
  const auto header_size = dump::write_header(header).octets.size();
  std::size_t most = 0;
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto left = read(std::span(file).first(size));
    EXPECT_EQ(left.refusal.empty(), size >= header_size) << size;
    EXPECT_GE(left.answers.size(), most);
    EXPECT_LE(left.damaged, 1u);
    most = left.answers.size();
    for (const auto& [name, body] : left.answers) EXPECT_EQ(body, whole.answers.at(name)) << size;
  }
  EXPECT_EQ(most, 2u);
}

TEST_F(CacheDumpTest, WhatIsAddedOrRepeatedDoesNotMatter) {
  store_some();
  const auto file = dumped(cache, header);
  const auto begin = static_cast<std::ptrdiff_t>(dump::write_header(header).octets.size());
  const Octets records(file.begin() + begin, file.end());
  const Octets marks{0xDA, 0x5C, 0xAC, 0x4E, 0xDA, 0x5C, 0xAC, 0x4E, 0, 0, 0, 14};
  const auto left = read(Octets(file.begin(), file.begin() + begin) + marks + records + records + marks);
  EXPECT_EQ(left.answers, read(file).answers);
  EXPECT_EQ(left.damaged, 2u);
}

TEST_F(CacheDumpTest, ARecordOfAnotherFileIsNone) {
  store_some();
  DumpHeader other = header;
  other.groups.front().fingerprint = 9;
  const auto ours = dump::write_header(header).octets, theirs = dump::write_header(other).octets;
  const auto file = dumped(cache, other);
  const auto mixed =
      read(ours + Octets(file.begin() + static_cast<std::ptrdiff_t>(theirs.size()), file.end()));
  EXPECT_TRUE(mixed.answers.empty());
  EXPECT_EQ(mixed.damaged, 1u) << "one place without a record";
}

TEST_F(CacheDumpTest, WhatNoDumpSaysIsDamage) {
  const auto [octets, key] = dump::write_header(header);
  const auto stored = testing::positive(question("www.example."), 300, now);
  DumpedAnswer answer{.message = stored->message(), .stored = header.written.wall};
  EXPECT_EQ(read(octets + record_of(body_of(answer), key)).damaged, 0u);
  answer.rank = Rank::failure;
  EXPECT_EQ(read(octets + record_of(body_of(answer), key)).damaged, 1u);
  answer.rank = static_cast<Rank>(6);
  EXPECT_EQ(read(octets + record_of(body_of(answer), key)).damaged, 1u);
  answer.rank = Rank::clear;
  answer.security = static_cast<Security>(4);
  EXPECT_EQ(read(octets + record_of(body_of(answer), key)).damaged, 1u);
  answer.security = Security::secure;
  answer.stored = dump::end_of_time + 1ms;
  EXPECT_EQ(read(octets + record_of(body_of(answer), key)).damaged, 1u);
}

TEST_F(CacheDumpTest, AFileOfAnotherKindIsRefused) {
  const std::string text = "# Tributary answers on these addresses\nlisten: [\"udp://127.0.0.1:53\"]\n";
  EXPECT_EQ(read(Octets(text.begin(), text.end())).refusal, "is no cache file");
  auto newer = dump::write_header(header).octets;
  newer[9] = 2;
  EXPECT_EQ(read(newer).refusal, "is of version 2, and only 1 can be read");
  EXPECT_EQ(read({}).refusal, "ends within its header");
}

}  // namespace
}  // namespace tributary::cache
