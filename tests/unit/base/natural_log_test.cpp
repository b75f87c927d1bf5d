#include "base/natural_log.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace tributary {
namespace {

static_assert(natural_log(1) == 0);

TEST(NaturalLog, IsThatOfTheLibrary) {
  for (const double x : {0x1p-54, 1e-9, 0.0005, 0.1, 0.5, 0.7071, 0.7072, 0.9995, 0.999999999, 1.0000001,
                         1.4142, 1.4143, 2.0, 10.0, 400.0, 999.0, 1e300}) {
    EXPECT_NEAR(natural_log(x), std::log(x), 2e-15 * (1 + std::abs(std::log(x)))) << x;
  }
}

TEST(NaturalLog, OfWhatIsCloseToOneKeepsItsDigits) {
  const double x = 1 - 0x1p-53;
  EXPECT_NEAR(natural_log(x) / std::log(x), 1, 1e-14);
}

}  // namespace
}  // namespace tributary
