#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cache/dump_format.hpp"

namespace tributary::cache {

/// Takes a cache file apart, however it is cut into pieces. What is damaged is left out: reading goes on at
/// the next record that is whole. Believes nothing that a record says. One thread.
class DumpReader {
 public:
  /// The header, and an answer that stands in the file as it was written; its message lives during the call.
  using Visit = std::function<void(const DumpHeader&, const DumpedAnswer&)>;

  void feed(std::span<const std::uint8_t> piece, const Visit& visit);
  /// No more pieces come.
  void finish(const Visit& visit);

  /// Why none of the file can be used: "is no cache file". Empty if it can, as far as is known by now.
  const std::string& refusal() const { return refusal_; }
  /// Places of the file that hold no record that is whole.
  std::size_t damaged() const { return damaged_; }

 private:
  enum class Step { taken, needs_more };

  std::span<const std::uint8_t> rest() const { return std::span(waiting_).subspan(done_); }
  void take_all(const Visit& visit, bool last);
  Step take_header();
  Step take_record(const Visit& visit, bool last);
  Step refuse(std::string why);
  void skip_damage();

  std::vector<std::uint8_t> waiting_;  // what has come, and of it what has been read
  std::size_t done_ = 0;
  std::optional<dump::ReadHeader> header_;
  std::string refusal_;
  std::size_t damaged_ = 0;
  bool in_damage_ = false;
};

}  // namespace tributary::cache
