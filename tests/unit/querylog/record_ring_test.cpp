#include "resolver/querylog/record_ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace tributary::resolver {
namespace {

/// Fills the next record with `size` octets of `mark`; false when there is no room.
bool put(RecordRing& ring, std::size_t size, std::uint8_t mark) {
  const auto room = ring.claim(size);
  if (room.empty()) return false;
  std::ranges::fill(room, mark);
  ring.publish();
  return true;
}

/// Whether the oldest record has `size` octets of `mark`; it is popped.
bool take(RecordRing& ring, std::size_t size, std::uint8_t mark) {
  const auto record = ring.front();
  const bool right =
      record.size() == size && std::ranges::all_of(record, [&](auto octet) { return octet == mark; });
  if (!record.empty()) ring.pop();
  return right;
}

TEST(RecordRing, IsEmptyAtFirst) {
  RecordRing ring(1024);
  EXPECT_TRUE(ring.front().empty());
}

TEST(RecordRing, KeepsTheOrder) {
  RecordRing ring(1024);
  for (std::uint8_t i = 1; i <= 5; ++i) ASSERT_TRUE(put(ring, 10u * i, i));
  for (std::uint8_t i = 1; i <= 5; ++i) EXPECT_TRUE(take(ring, 10u * i, i));
  EXPECT_TRUE(ring.front().empty());
}

TEST(RecordRing, ShowsNothingBeforeItIsPublished) {
  RecordRing ring(1024);
  ring.claim(10);
  EXPECT_TRUE(ring.front().empty());
}

TEST(RecordRing, RefusesWhatHasNoRoomUntilSomethingIsTaken) {
  RecordRing ring(64);
  ASSERT_TRUE(put(ring, 24, 1));
  ASSERT_TRUE(put(ring, 24, 2));  // 2 × (8 + 24) octets
  EXPECT_FALSE(put(ring, 1, 3));
  EXPECT_TRUE(take(ring, 24, 1));
  EXPECT_TRUE(put(ring, 24, 3));
  EXPECT_TRUE(take(ring, 24, 2));
  EXPECT_TRUE(take(ring, 24, 3));
}

TEST(RecordRing, RefusesWhatIsLargerThanItself) {
  RecordRing ring(64);
  EXPECT_FALSE(put(ring, 64, 1));
}

TEST(RecordRing, HasRoomForHalfOfItselfWhereverItStands) {
  for (int before = 0; before < 1024 / 16; ++before) {
    RecordRing ring(1024);
    for (int i = 0; i < before; ++i) {
      ASSERT_TRUE(put(ring, 8, 1));  // with its size, 16 octets
      ASSERT_TRUE(take(ring, 8, 1));
    }
    EXPECT_TRUE(put(ring, 504, 2)) << before;
    EXPECT_TRUE(take(ring, 504, 2)) << before;
  }
}

TEST(RecordRing, GoesRoundWithRecordsOfAnySize) {
  RecordRing ring(1000);
  std::size_t written = 0, read = 0;
  const auto size_of = [](std::size_t number) { return 1 + number * 37 % 211; };
  const auto mark_of = [](std::size_t number) { return static_cast<std::uint8_t>(number); };
  while (read < 5000) {
    while (put(ring, size_of(written), mark_of(written))) ++written;
    ASSERT_GT(written, read);
    // Not all of it, so that every state of filling comes about.
    for (std::size_t count = 1 + read % 3; count > 0 && read < written; --count, ++read)
      ASSERT_TRUE(take(ring, size_of(read), mark_of(read))) << read;
  }
}

TEST(RecordRingThreads, HandOverEveryRecordWhole) {
  constexpr std::size_t records = 10'000;
  RecordRing ring(64 * 1024);
  const auto size_of = [](std::size_t number) { return 1 + number * 37 % 611; };
  const auto mark_of = [](std::size_t number) { return static_cast<std::uint8_t>(number); };
  std::jthread writer([&] {
    for (std::size_t i = 0; i < records; ++i)
      while (!put(ring, size_of(i), mark_of(i))) std::this_thread::yield();
  });
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < records; ++i) {
    while (ring.front().empty()) std::this_thread::yield();
    wrong += take(ring, size_of(i), mark_of(i)) ? 0 : 1;
  }
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace tributary::resolver
