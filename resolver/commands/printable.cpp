#include "resolver/commands/printable.hpp"

#include <algorithm>
#include <sstream>

namespace tributary::commands {
namespace {

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto octet = static_cast<unsigned char>(out[i]);
    // C1 controls are two octets in UTF-8, 0xC2 and 0x80 to 0x9F.
    const bool c1 = octet == 0xC2 && i + 1 < out.size() && static_cast<unsigned char>(out[i + 1]) < 0xA0;
    if (octet < 0x20 || octet == 0x7F) out[i] = '?';
    if (c1) out.replace(i, 2, "?");
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string shortened(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t characters = 0, end = 0;
  while (end < text.size()) {
    if (begins_character(text[end]) && ++characters == width) break;
    ++end;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string wrapped(std::string_view first, std::string_view text, std::size_t width) {
  const std::string indent(width_of(first), ' ');
  std::string out, line(first);
  std::istringstream words{std::string(text)};
  bool begins = true;
  for (std::string word; words >> word; begins = false) {
    word = shortened(word, width - indent.size());
    if (!begins && width_of(line) + 1 + width_of(word) > width) {
      out += line + '\n';
      line = indent;
      begins = true;
    }
    line += (begins ? "" : " ") + word;
  }
  return out + line + '\n';
}

}  // namespace tributary::commands
