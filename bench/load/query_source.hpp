#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <string_view>

namespace tributary::load {

/// Queries for A of n0000000.bench.corp. and so on, recursion desired, with EDNS.
class QuerySource {
 public:
  static constexpr std::uint32_t most_names = 10'000'000;

  /// `count` names from `first` on: each once, in their order, or at random without end.
  QuerySource(std::uint32_t first, std::uint32_t count, bool at_random)
      : next_(first), end_(first + count), at_random_(at_random), any_name_(first, first + count - 1) {}

  std::size_t left() const { return at_random_ ? std::numeric_limits<std::size_t>::max() : end_ - next_; }

  /// The next query, until the next call. Requires: one is left.
  std::span<const std::uint8_t> next(std::uint16_t id) {
    query_[0] = static_cast<std::uint8_t>(id >> 8);
    query_[1] = static_cast<std::uint8_t>(id);
    std::uint32_t number = at_random_ ? any_name_(random_) : next_++;
    for (std::size_t digit = digits; digit > 0; --digit, number /= 10)
      query_[first_digit + digit - 1] = static_cast<std::uint8_t>('0' + number % 10);
    return query_;
  }

 private:
  static constexpr std::size_t first_digit = 14, digits = 7;
  static constexpr std::string_view text{
      "\0\0\1\0\0\1\0\0\0\0\0\1"            // RD, one question, one additional record
      "\10n0000000\5bench\4corp\0\0\1\0\1"  // A, IN
      "\0\0\51\4\320\0\0\0\0\0\0",          // OPT, for UDP payloads of 1,232 octets
      12 + 21 + 4 + 11};

  static std::array<std::uint8_t, text.size()> make_query() {
    std::array<std::uint8_t, text.size()> query{};
    std::ranges::copy(text, query.begin());
    return query;
  }

  std::uint32_t next_, end_;
  bool at_random_;
  std::uniform_int_distribution<std::uint32_t> any_name_;
  std::minstd_rand random_{1};
  std::array<std::uint8_t, text.size()> query_ = make_query();
};

}  // namespace tributary::load
