#include "policy/quote.hpp"

namespace tributary::policy {

std::string printable(std::string_view text) {
  constexpr std::size_t most = 64;
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text.substr(0, most)) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet >= 0x7f) {
      out.append("\\x").append(1, digits[octet >> 4]).append(1, digits[octet & 15]);
    } else {
      out += c;
    }
  }
  if (text.size() > most) out += "…";
  return out;
}

std::string quote(std::string_view text) {
  return "\"" + printable(text) + "\"";
}

}  // namespace tributary::policy
