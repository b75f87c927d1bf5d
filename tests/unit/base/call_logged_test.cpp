#include "base/call_logged.hpp"

#include <new>

#include <gtest/gtest.h>
#include <asio/post.hpp>

namespace tributary {
namespace {

TEST(CallLoggedTest, LetsNothingOut) {
  call_logged("the test", [] { throw std::bad_alloc(); });
  call_logged("the test", [] { throw 5; });
}

TEST(RunLoggedTest, GoesOnWithWhatComesAfterAnEventThatThrows) {
  asio::io_context loop;
  int events = 0;
  for (int i = 0; i < 3; ++i) {
    asio::post(loop, [&events] {
      ++events;
      throw std::bad_alloc();
    });
  }
  run_logged("an event of the test", loop);
  EXPECT_EQ(events, 3);
}

TEST(RunLoggedTest, EndsWhenTheLoopIsStopped) {
  asio::io_context loop;
  const auto guard = asio::make_work_guard(loop);
  int events = 0;
  asio::post(loop, [&] {
    ++events;
    loop.stop();
  });
  asio::post(loop, [&events] { ++events; });
  run_logged("an event of the test", loop);
  EXPECT_EQ(events, 1);
}

}  // namespace
}  // namespace tributary
