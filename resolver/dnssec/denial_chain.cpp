#include "resolver/dnssec/denial_chain.hpp"

namespace tributary::dnssec {

bool is_delegation(const TypeBitmap& types) {
  return types.contains(dns::Type::NS) && !types.contains(dns::Type::SOA);
}

bool hides_names_below(const TypeBitmap& types) {
  return is_delegation(types) || types.contains(dns::Type::DNAME);
}

dns::Name wildcard_below(const dns::Name& encloser) {
  constexpr std::uint8_t asterisk[] = {'*'};
  return *encloser.with_label(asterisk);
}

}  // namespace tributary::dnssec
