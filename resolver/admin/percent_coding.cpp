#include "resolver/admin/percent_coding.hpp"

#include <algorithm>
#include <charconv>

namespace tributary::resolver {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

std::optional<std::string> form_decoded(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decoded(spaced);
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto code = text.substr(i + 1, 2);
    std::uint8_t octet = 0;
    const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), octet, 16);
    if (error != std::errc() || end != code.data() + 2) return std::nullopt;
    out += static_cast<char>(octet);
    i += 2;
  }
  return out;
}

std::string percent_encoded(std::string_view text, std::string_view spared) {
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (is_unreserved(c) || spared.find(c) != spared.npos)
      out += c;
    else
      out.append({'%', digits[octet >> 4], digits[octet & 15]});
  }
  return out;
}

std::optional<std::map<std::string, std::string>> query_parameters(std::string_view query) {
  std::map<std::string, std::string> out;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    const auto equals = std::min(part.find('='), part.size());
    const auto name = form_decoded(part.substr(0, equals));
    const auto value = form_decoded(part.substr(std::min(equals + 1, part.size())));
    if (!name || !value) return std::nullopt;
    if (!part.empty()) out.emplace(*name, *value);
  }
  return out;
}

}  // namespace tributary::resolver
