#include "dns/type_class.hpp"

#include <array>

namespace tributary::dns {

const char* to_text(TypeClass type) {
  constexpr std::array<const char*, type_classes> names{"none", "A",     "NS",   "CNAME", "SOA", "PTR",
                                                        "MX",   "TXT",   "AAAA", "SRV",   "DS",  "DNSKEY",
                                                        "SVCB", "HTTPS", "ANY",  "other"};
  return names[static_cast<std::size_t>(type)];
}

}  // namespace tributary::dns
