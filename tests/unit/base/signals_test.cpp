#include "base/signals.hpp"

#include <gtest/gtest.h>

namespace tributary {
namespace {

TEST(SignalsTest, AreReadAndInterruptNothing) {
  const Signals signals{SIGUSR1, SIGUSR2};
  EXPECT_EQ(signals.next(), std::nullopt);
  raise(SIGUSR1);  // would end the process
  EXPECT_EQ(signals.next(), SIGUSR1);
  EXPECT_EQ(signals.next(), std::nullopt);
}

TEST(SignalsTest, OthersActAsUsual) {
  const Signals signals{SIGUSR1};
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGUSR1), 1);
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 0);
}

TEST(SignalsTest, AreUnblockedAtTheEnd) {
  { const Signals signals{SIGUSR1}; }
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGUSR1), 0);
}

}  // namespace
}  // namespace tributary
