#include "policy/quantity.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tributary::policy {
namespace {

struct Case {
  const char* text;
  const char* unit;
  std::uint64_t value;
};

constexpr Case good[] = {
    {"0", "", 0},        {"100", "", 100},         {"1", "B", 1},           {"1B", "B", 1},
    {"2KiB", "B", 2048}, {"64MiB", "B", 64 << 20}, {"250", "ms", 250},      {"1500ms", "ms", 1500},
    {"4s", "ms", 4000},  {"2m", "ms", 120'000},    {"1h", "ms", 3'600'000}, {"90", "s", 90},
    {"90s", "s", 90},    {"2m", "s", 120},         {"1d", "s", 86'400},
};

TEST(Quantity, ReadsNumbersWithAndWithoutUnits) {
  for (const auto& [text, unit, value] : good) EXPECT_EQ(parse_quantity(text, unit), value) << text;
}

TEST(Quantity, RefusesOtherUnitsAndOtherNumbers) {
  constexpr std::pair<const char*, const char*> bad[] = {
      {"", ""},     {"s", "s"},   {"1s", ""},   {"-1", ""},    {"+1", ""},   {"1.5s", "s"}, {"0x10", ""},
      {"1 s", "s"}, {"1ms", "s"}, {"1MB", "B"}, {"1mib", "B"}, {"1S", "ms"}, {"1s", "B"},
  };
  for (const auto& [text, unit] : bad) EXPECT_FALSE(parse_quantity(text, unit)) << text << " for " << unit;
}

TEST(Quantity, StopsAtTheLargestNumberInsteadOfWrapping) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(parse_quantity("18446744073709551615", ""), most);
  EXPECT_EQ(parse_quantity("99999999999999999999", ""), most);
  EXPECT_EQ(parse_quantity("18446744073709551615KiB", "B"), most);
}

TEST(Quantity, IsWrittenInTheLargestUnitThatIsExact) {
  EXPECT_EQ(quantity_text(0, "s"), "0s");
  EXPECT_EQ(quantity_text(7, ""), "7");
  EXPECT_EQ(quantity_text(1500, "ms"), "1500ms");
  EXPECT_EQ(quantity_text(60'000, "ms"), "1m");
  EXPECT_EQ(quantity_text(604'800, "s"), "7d");
  EXPECT_EQ(quantity_text(std::uint64_t{1} << 20, "B"), "1MiB");
}

}  // namespace
}  // namespace tributary::policy
