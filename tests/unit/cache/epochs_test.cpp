#include "cache/epochs.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace tributary::cache {
namespace {

TEST(Epochs, PassWhenNobodyIsInside) {
  Epochs epochs;
  Epochs::Reader reader(epochs);
  EXPECT_TRUE(epochs.passed(epochs.retire()));
}

TEST(Epochs, WaitForWhoEnteredBefore) {
  Epochs epochs;
  Epochs::Reader reader(epochs);
  reader.enter();
  const auto retired = epochs.retire();
  EXPECT_FALSE(epochs.passed(retired));
  reader.leave();
  EXPECT_TRUE(epochs.passed(retired));
}

TEST(Epochs, DoNotWaitForWhoEnteredLater) {
  Epochs epochs;
  Epochs::Reader reader(epochs);
  const auto retired = epochs.retire();
  reader.enter();
  EXPECT_TRUE(epochs.passed(retired));
  EXPECT_FALSE(epochs.passed(epochs.retire()));
}

TEST(Epochs, ForgetAReaderThatIsGone) {
  Epochs epochs;
  std::optional<Epochs::Reader> reader(epochs);
  reader->enter();
  const auto retired = epochs.retire();
  reader.reset();
  EXPECT_TRUE(epochs.passed(retired));
}

}  // namespace
}  // namespace tributary::cache
