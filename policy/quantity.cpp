#include "policy/quantity.hpp"

#include <charconv>
#include <limits>
#include <span>

#include "policy/quote.hpp"

namespace tributary::policy {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr Unit sizes[] = {{"B", 1},
                          {"KiB", std::uint64_t{1} << 10},
                          {"MiB", std::uint64_t{1} << 20},
                          {"GiB", std::uint64_t{1} << 30},
                          {"TiB", std::uint64_t{1} << 40}};
constexpr Unit milliseconds[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit seconds[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86'400}};
constexpr Unit counts[] = {{"", 1}};

/// The units that may be written where `unit` is counted, smallest first.
std::span<const Unit> units_for(std::string_view unit) {
  if (unit == "B") return sizes;
  if (unit == "ms") return milliseconds;
  if (unit == "s") return seconds;
  return counts;
}

tl::unexpected<std::string> not_a_quantity(std::string_view text, std::string_view unit) {
  std::string message = quote(text) + " is not a whole number";
  if (!unit.empty()) {
    message += " with one of the units";
    for (const auto& [name, factor] : units_for(unit)) message.append(" ").append(name).append(",");
    message.append(" or with none, which counts ").append(unit);
  }
  return tl::unexpected(std::move(message));
}

}  // namespace

tl::expected<std::uint64_t, std::string> parse_quantity(std::string_view text, std::string_view unit) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument) return not_a_quantity(text, unit);
  const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, factor] : units_for(unit)) {
    if (name != (suffix.empty() ? unit : suffix)) continue;
    // What exceeds the type exceeds every limit too.
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    return error == std::errc::result_out_of_range || number > most / factor ? most : number * factor;
  }
  return not_a_quantity(text, unit);
}

std::string quantity_text(std::uint64_t value, std::string_view unit) {
  const auto units = units_for(unit);
  const Unit* best = &units.front();
  for (const auto& candidate : units) {
    if (value != 0 && value % candidate.factor == 0) best = &candidate;
  }
  return std::to_string(value / best->factor).append(best->name);
}

}  // namespace tributary::policy
