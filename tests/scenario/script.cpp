#include "tests/scenario/script.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

namespace tributary::scenario {
namespace {

/// "case RFC 4035 §5.4, RFC 6840 §4.4: what it shows".
Case begin_case(const std::filesystem::path& file, const std::string& text) {
  const auto colon = text.find(": ");
  if (colon == std::string::npos) throw ScriptError("a case needs \"rules: title\"");
  Case begun{file, text.substr(colon + 2), {}, {}};
  for (const auto& rule : parts_of(text.substr(0, colon), ',')) begun.rules.push_back(rule);
  return begun;
}

Line read_line(const std::string& text, std::size_t number) {
  Line line{number, text.starts_with(' '), {}};
  std::istringstream words(text);
  for (std::string word; words >> word && !word.starts_with('#');) line.words.push_back(word);
  return line;
}

}  // namespace

std::string Line::rest(std::size_t first) const {
  std::string out;
  for (auto i = first; i < words.size(); ++i) out += (out.empty() ? "" : " ") + words[i];
  return out;
}

std::vector<Case> read_cases(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<Line> before;
  std::vector<Case> cases;
  std::string text;
  for (std::size_t number = 1; std::getline(in, text); ++number) {
    auto line = read_line(text, number);
    if (line.words.empty()) continue;
    if (line.words.front() == "case") {
      cases.push_back(begin_case(file, line.rest(1)));
      cases.back().lines = before;
    } else {
      (cases.empty() ? before : cases.back().lines).push_back(std::move(line));
    }
  }
  if (cases.empty()) throw ScriptError("no case in " + file.string());
  return cases;
}

dns::Name name_in(std::string_view word) {
  auto name = dns::Name::parse(word);
  if (!name) throw ScriptError(std::string(word) + ": " + name.error());
  return *name;
}

dns::Type type_in(std::string_view word) {
  const auto type = dns::parse_type(word);
  if (!type) throw ScriptError(std::string(word) + " is no type");
  return *type;
}

long number_in(std::string_view word) {
  long number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size())
    throw ScriptError(std::string(word) + " is no number");
  return number;
}

std::chrono::seconds time_in(std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  if (word.empty()) throw ScriptError("a time is missing");
  const auto units = std::string_view("smhdy");
  const auto unit = units.find(word.back());
  if (unit == std::string_view::npos) throw ScriptError(std::string(word) + " is no time: 90s, 2d");
  constexpr long seconds[] = {1, 60, 3600, 86400, 365 * 86400};
  return std::chrono::seconds(number_in(word.substr(0, word.size() - 1)) * seconds[unit]);
}

std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in{std::string(text)};
  for (std::string part; std::getline(in, part, separator);) {
    const auto begin = part.find_first_not_of(' '), end = part.find_last_not_of(' ');
    if (begin != std::string::npos) parts.push_back(part.substr(begin, end - begin + 1));
  }
  return parts;
}

}  // namespace tributary::scenario
