#pragma once

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "dns/record.hpp"

namespace tributary::scenario {

/// One line of a scenario file, comments left out.
struct Line {
  std::size_t number = 0;
  bool indented = false;  ///< It belongs to the zone or upstream above it.
  std::vector<std::string> words;

  /// The words from `first` on, a blank between them.
  std::string rest(std::size_t first) const;
};

/// What a scenario file tells under one "case": played by itself, after the lines before the first case.
struct Case {
  std::filesystem::path file;
  std::string title;
  std::vector<std::string> rules;  ///< "RFC 4035 §5.4": what it is about.
  std::vector<Line> lines;
};

/// A line that cannot be played.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// All cases of a file. Throws a ScriptError that names the line.
std::vector<Case> read_cases(const std::filesystem::path& file);

// What words say. Each throws a ScriptError if they do not.

dns::Name name_in(std::string_view word);
dns::Type type_in(std::string_view word);
long number_in(std::string_view word);
/// "90s", "-2d", "+1y".
std::chrono::seconds time_in(std::string_view word);
/// Parts between `separator`.
std::vector<std::string> parts_of(std::string_view text, char separator);

}  // namespace tributary::scenario
