#include "dns/types.hpp"

#include <ldns/ldns.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>

namespace tributary::dns {

namespace {

struct Free {
  void operator()(char* text) const { std::free(text); }
};

std::string adopt(char* text) {
  const std::unique_ptr<char, Free> owner(text);
  return text ? text : "";
}

bool starts_with_type(std::string_view text) {
  constexpr std::string_view prefix = "type";
  return text.size() > prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                   [](char a, char b) { return a == (b | 0x20); });
}

/// ldns takes "TYPE12x" for type 12.
std::optional<Type> parse_type_number(std::string_view digits) {
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return {};
  return Type{value};
}

}  // namespace

std::string to_text(Type type) {
  return adopt(ldns_rr_type2str(static_cast<ldns_rr_type>(type)));
}

std::string to_text(Class klass) {
  return adopt(ldns_rr_class2str(static_cast<ldns_rr_class>(klass)));
}

std::string to_text(Rcode rcode) {
  switch (rcode) {
    case Rcode::NOERROR:
      return "NOERROR";
    case Rcode::FORMERR:
      return "FORMERR";
    case Rcode::SERVFAIL:
      return "SERVFAIL";
    case Rcode::NXDOMAIN:
      return "NXDOMAIN";
    case Rcode::NOTIMP:
      return "NOTIMP";
    case Rcode::REFUSED:
      return "REFUSED";
    case Rcode::YXDOMAIN:
      return "YXDOMAIN";
    case Rcode::YXRRSET:
      return "YXRRSET";
    case Rcode::NXRRSET:
      return "NXRRSET";
    case Rcode::NOTAUTH:
      return "NOTAUTH";
    case Rcode::NOTZONE:
      return "NOTZONE";
    case Rcode::BADVERS:
      return "BADVERS";
    case Rcode::BADCOOKIE:
      return "BADCOOKIE";
  }
  return "RCODE" + std::to_string(static_cast<unsigned>(rcode));
}

std::optional<Type> parse_type(std::string_view text) {
  if (starts_with_type(text)) return parse_type_number(text.substr(4));
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return {};
  const auto type = ldns_get_rr_type_by_name(terminated.c_str());
  if (type == 0) return {};
  return static_cast<Type>(type);
}

bool is_meta_type(Type type) {
  const auto value = static_cast<std::uint16_t>(type);
  return value == 0 || type == Type::OPT || (value >= 128 && value <= 255);
}

}  // namespace tributary::dns
