#include "base/spawn.hpp"

#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <asio/io_context.hpp>

namespace tributary {
namespace {

using testing::HasSubstr;

/// Reads what is logged.
class SpawnTest : public testing::Test {
 protected:
  SpawnTest() {
    const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(log);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
  }
  ~SpawnTest() override { spdlog::set_default_logger(before); }

  std::shared_ptr<spdlog::logger> before = spdlog::default_logger();
  std::ostringstream log;
  asio::io_context loop;
};

asio::awaitable<void> note(int* runs) {
  ++*runs;
  co_return;
}

asio::awaitable<void> fail() {
  throw std::runtime_error("no more paper");
  co_return;
}

asio::awaitable<void> fail_without_words() {
  throw 7;
  co_return;
}

TEST_F(SpawnTest, RunsTheTaskOnTheLoop) {
  int runs = 0;
  spawn(loop.get_executor(), note(&runs), "a note");
  EXPECT_EQ(runs, 0);
  loop.run();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(log.str(), "");
}

TEST_F(SpawnTest, LogsAnExceptionWithTheNameOfTheTask) {
  spawn(loop.get_executor(), fail(), "the printer");
  loop.run();
  EXPECT_THAT(log.str(), HasSubstr("the printer ended with an error: no more paper"));
}

TEST_F(SpawnTest, LogsWhateverIsThrown) {
  spawn(loop.get_executor(), fail_without_words(), "the printer");
  loop.run();
  EXPECT_THAT(log.str(), HasSubstr("the printer ended with an error"));
}

TEST_F(SpawnTest, AFailureLeavesOthersAlone) {
  int runs = 0;
  spawn(loop.get_executor(), fail(), "the printer");
  spawn(loop.get_executor(), note(&runs), "a note");
  loop.run();
  EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace tributary
