#include "dns/types.hpp"

#include <ldns/ldns.h>

#include <algorithm>
#include <cctype>
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

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return std::toupper(static_cast<unsigned char>(b)) == a; });
}

/// The number in "TYPE123" or "CLASS12", in any case. (ldns takes "TYPE12x" for type 12.)
std::optional<std::uint16_t> parse_numbered(std::string_view text, std::string_view prefix) {
  if (!starts_with_ignoring_case(text, prefix)) return {};
  text.remove_prefix(prefix.size());
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
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
  if (const auto number = parse_numbered(text, "TYPE")) return Type{*number};
  if (starts_with_ignoring_case(text, "TYPE") || text.find('\0') != std::string_view::npos) return {};
  const auto type = ldns_get_rr_type_by_name(std::string(text).c_str());
  if (type == 0) return {};
  return static_cast<Type>(type);
}

std::optional<Class> parse_class(std::string_view text) {
  if (const auto number = parse_numbered(text, "CLASS")) return Class{*number};
  if (starts_with_ignoring_case(text, "CLASS") || text.find('\0') != std::string_view::npos) return {};
  const auto klass = ldns_get_rr_class_by_name(std::string(text).c_str());
  if (klass == 0) return {};
  return static_cast<Class>(klass);
}

bool is_meta_type(Type type) {
  const auto value = static_cast<std::uint16_t>(type);
  return value == 0 || type == Type::OPT || (value >= 128 && value <= 255);
}

}  // namespace tributary::dns
