#include "dns/master_file_entries.hpp"

#include <algorithm>
#include <utility>

namespace tributary::dns {

namespace {

constexpr std::string_view blanks = " \t\r\f\v";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(blanks) == std::string_view::npos;
}

}  // namespace

std::optional<tl::expected<MasterFileEntry, MasterFileEntries::Error>> MasterFileEntries::next() {
  MasterFileEntry entry;
  std::string line;
  while (std::getline(file_, line)) {
    ++line_;
    if (entry.text.empty()) entry.line = line_;
    if (auto appended = append_line(line, entry.text); !appended) {
      open_parentheses_ = 0;
      return tl::unexpected(Error{line_, std::move(appended.error())});
    }
    if (open_parentheses_ > 0) continue;
    if (!is_blank(entry.text)) return entry;
    entry.text.clear();
  }
  if (open_parentheses_ == 0) return {};
  open_parentheses_ = 0;
  return tl::unexpected(Error{entry.line, "a parenthesis is not closed"});
}

tl::expected<void, std::string> MasterFileEntries::append_line(std::string_view line, std::string& text) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && i + 1 < line.size()) {
      text.append(line.substr(i++, 2));
    } else if (c == '"') {
      quoted = !quoted;
      text += c;
    } else if (quoted) {
      text += c;
    } else if (c == ';') {
      break;
    } else if (c == '(') {
      ++open_parentheses_;
      text += ' ';
    } else if (c == ')') {
      if (open_parentheses_ == 0) return tl::unexpected<std::string>("a parenthesis is closed but not open");
      --open_parentheses_;
      text += ' ';
    } else {
      text += blanks.find(c) == std::string_view::npos ? c : ' ';
    }
  }
  if (quoted) return tl::unexpected<std::string>("a quoted string is not closed on its line");
  text += ' ';
  return {};
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::size_t end = 0;
  while (end < text.size() && text[end] != ' ') end += text[end] == '\\' ? 2 : 1;
  const auto word = text.substr(0, end);
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return word;
}

}  // namespace tributary::dns
