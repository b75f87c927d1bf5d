#include "resolver/transport/connection_keeper.hpp"

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

struct FakeConnection final : KeptConnection {
  bool takes_more() const override { return alive; }
  bool was_established() const override { return established; }
  const Failure& failure() const override { return why; }

  bool alive = true, established = true;
  Failure why;
};

class ConnectionKeeperTest : public testing::Test {
 protected:
  ConnectionKeeperTest() {
    keeper->start();
    poll();
  }

  void poll() {
    loop.restart();
    loop.poll();
  }
  void advance(Duration by) {
    clock.advance(by);
    poll();
  }
  void end(Failure::Kind why, bool established = true) {
    auto& last = *opened.back();
    last.alive = false;
    last.established = established;
    last.why = {why, "as the test wants", {}};
    changed();
    poll();
  }

  ManualClock clock;
  asio::io_context loop;
  std::vector<std::shared_ptr<FakeConnection>> opened;
  std::unique_ptr<ConnectionKeeper> keeper = std::make_unique<ConnectionKeeper>(
      loop.get_executor(), clock, "192.0.2.53:53",
      [this] { return opened.emplace_back(std::make_shared<FakeConnection>()); });
  std::function<void()> changed = keeper->on_change();
};

TEST_F(ConnectionKeeperTest, OpensOneAndLeavesItAlone) {
  advance(1h);
  changed();
  poll();
  EXPECT_EQ(opened.size(), 1u);
}

TEST_F(ConnectionKeeperTest, ReplacesAtOnceWhatHasLived) {
  advance(5s);
  end(Failure::Kind::network);
  EXPECT_EQ(opened.size(), 2u);
}

TEST_F(ConnectionKeeperTest, WaitsLongerEachTimeForAServerThatClosesSoon) {
  for (const auto pause : {1s, 2s, 4s}) {
    const auto before = opened.size();
    advance(2s);
    end(Failure::Kind::network);
    advance(pause - 1ms);
    EXPECT_EQ(opened.size(), before);
    advance(1ms);
    EXPECT_EQ(opened.size(), before + 1);
  }
}

TEST_F(ConnectionKeeperTest, OneThatWeClosedOurselvesIsNoFailure) {
  end(Failure::Kind::network, false);
  advance(1s);
  ASSERT_EQ(opened.size(), 2u);
  end(Failure::Kind::cancelled, false);
  EXPECT_EQ(opened.size(), 3u);
  end(Failure::Kind::network, false);
  advance(1s);
  EXPECT_EQ(opened.size(), 4u) << "and those before it are forgotten";
}

TEST_F(ConnectionKeeperTest, TriesAtOnceWhenFailuresAreForgotten) {
  end(Failure::Kind::network, false);
  EXPECT_EQ(opened.size(), 1u);
  keeper->forget_failures();
  poll();
  EXPECT_EQ(opened.size(), 2u);
}

TEST_F(ConnectionKeeperTest, OpensNothingOnceItIsGone) {
  advance(5s);
  keeper.reset();
  end(Failure::Kind::network);
  advance(1h);
  EXPECT_EQ(opened.size(), 1u);
}

}  // namespace
}  // namespace tributary::resolver
