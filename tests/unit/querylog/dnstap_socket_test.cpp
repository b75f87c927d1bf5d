#include "resolver/querylog/dnstap_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <utility>

#include "resolver/querylog/frame_stream.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/querylog/querylog_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string ready = control_frame(FrameControl::ready), start = control_frame(FrameControl::start),
                  stop = control_frame(FrameControl::stop),
                  accept_frame = control_frame(FrameControl::accept);

/// A reader of dnstap that does what the test says.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    unlink(path.c_str());
    bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    listen(listener_, 4);
  }
  ~Reader() {
    hang_up();
    close(listener_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// What has come over the connection that there is, or over the next one. Nothing if there is none.
  std::optional<std::string> received() {
    if (connection_ < 0) connection_ = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (connection_ < 0) return std::nullopt;
    std::string out;
    char octets[65536];
    for (ssize_t count; (count = recv(connection_, octets, sizeof octets, 0)) > 0;)
      out.append(octets, static_cast<std::size_t>(count));
    return out;
  }
  void say(const std::string& octets) { ::send(connection_, octets.data(), octets.size(), MSG_NOSIGNAL); }
  void hang_up() {
    if (connection_ >= 0) close(std::exchange(connection_, -1));
  }

 private:
  int listener_, connection_ = -1;
};

class DnstapSocketTest : public ::testing::Test {
 protected:
  void write() { sink->write(sample.logged(), now); }
  void write_and_flush() {
    write();
    sink->flush(now);
  }
  /// One query is written, and a reader greeted.
  void connect() {
    write_and_flush();
    ASSERT_EQ(reader->received(), ready);
    reader->say(accept_frame);
    sink->flush(now);
  }
  std::string frames() const {
    std::string out;
    DnstapEncoder("me", "v1").append(sample.logged(), out);
    return out;
  }
  std::uint64_t written() const { return sink->counters().written.get(); }
  std::uint64_t dropped() const { return sink->counters().dropped.get(); }

  TemporaryFolder folder;
  const std::filesystem::path path = folder / "socket";
  std::optional<Reader> reader{path};
  std::optional<DnstapSocket> sink{std::in_place, path, DnstapEncoder("me", "v1")};
  Sample sample;
  Instant now{1h};
};

TEST_F(DnstapSocketTest, GreetsThenSends) {
  connect();
  EXPECT_EQ(reader->received(), start + frames());
  EXPECT_EQ(written(), 1u);
  write_and_flush();
  EXPECT_EQ(reader->received(), frames());
  EXPECT_EQ(written(), 2u);
  EXPECT_EQ(dropped(), 0u);
}

TEST_F(DnstapSocketTest, SaysNothingBeforeThereIsSomethingToSay) {
  sink->flush(now);
  EXPECT_EQ(reader->received(), std::nullopt);
}

TEST_F(DnstapSocketTest, TakesLeave) {
  connect();
  reader->received();
  write();
  sink.reset();
  EXPECT_EQ(reader->received(), frames() + stop);
}

TEST_F(DnstapSocketTest, KeepsWhatComesDuringTheGreeting) {
  for (int i = 0; i < 3; ++i) write_and_flush();
  EXPECT_EQ(reader->received(), ready);
  EXPECT_TRUE(sink->unsettled());
  reader->say(accept_frame.substr(0, 7));
  sink->flush(now);
  reader->say(accept_frame.substr(7));
  sink->flush(now);
  EXPECT_FALSE(sink->unsettled());
  EXPECT_EQ(reader->received(), start + frames() + frames() + frames());
}

TEST_F(DnstapSocketTest, DropsWhileThereIsNoReader) {
  reader.reset();
  write_and_flush();
  EXPECT_EQ(dropped(), 1u);
  EXPECT_EQ(sink->awaits().fd, -1);
  EXPECT_FALSE(sink->unsettled());
}

TEST_F(DnstapSocketTest, LooksForAReaderLessAndLessOften) {
  reader.reset();
  write();
  reader.emplace(path);
  write();
  EXPECT_EQ(reader->received(), std::nullopt);
  reader.reset();
  now += 250ms;
  write();  // in vain: the next pause is twice as long
  reader.emplace(path);
  now += 499ms;
  write();
  EXPECT_EQ(reader->received(), std::nullopt);
  now += 1ms;
  write();
  EXPECT_EQ(reader->received(), ready);
  EXPECT_EQ(dropped(), 4u);
}

TEST_F(DnstapSocketTest, FindsAReaderThatComesBack) {
  connect();
  reader->hang_up();
  sink->flush(now);
  EXPECT_EQ(sink->awaits().fd, -1);
  now += 250ms;
  connect();
  EXPECT_EQ(reader->received(), start + frames());
  EXPECT_EQ(written(), 2u);
}

TEST_F(DnstapSocketTest, DropsWhatAReaderWasNotSent) {
  write_and_flush();
  reader->received();
  reader->hang_up();
  sink->flush(now);
  EXPECT_EQ(dropped(), 1u);
  EXPECT_EQ(written(), 0u);
}

TEST_F(DnstapSocketTest, WaitsFiveSecondsForTheGreeting) {
  write_and_flush();
  reader->received();
  now += 4999ms;
  sink->flush(now);
  EXPECT_TRUE(sink->unsettled());
  now += 1ms;
  sink->flush(now);
  EXPECT_FALSE(sink->unsettled());
  EXPECT_EQ(dropped(), 1u);
}

TEST_F(DnstapSocketTest, LeavesAReaderThatWantsSomethingElse) {
  write_and_flush();
  reader->received();
  reader->say("\0\0\0\0\0\0\0\x11\0\0\0\x01\0\0\0\x01\0\0\0\x05other"s);
  sink->flush(now);
  EXPECT_EQ(sink->awaits().fd, -1);
}

TEST_F(DnstapSocketTest, NeitherWaitsForASlowReaderNorLosesWhatItKept) {
  sample.reply = Octets(10'000);
  connect();
  std::string all = start + frames();
  for (int i = 0; i < 300; ++i) {
    if (dropped() == 0) all += frames();
    write_and_flush();
  }
  EXPECT_GT(dropped(), 50u);
  EXPECT_EQ(sink->awaits().events, POLLIN | POLLOUT);
  std::string got;
  for (int i = 0; i < 100; ++i) {
    got += reader->received().value();
    sink->flush(now);
  }
  // The frames that were dropped are the last ones; the first of them was expected above.
  all.resize(all.size() - frames().size());
  EXPECT_TRUE(got == all);
  EXPECT_EQ(written() + dropped(), 301u);
  EXPECT_EQ(sink->awaits().events, POLLIN);
}

TEST_F(DnstapSocketTest, LeavesInTimeWhenTheReaderTakesNothing) {
  sample.reply = Octets(10'000);
  connect();
  for (int i = 0; i < 300; ++i) write_and_flush();
  sink.reset();
  EXPECT_FALSE(sink);
}

}  // namespace
}  // namespace tributary::resolver::testing
