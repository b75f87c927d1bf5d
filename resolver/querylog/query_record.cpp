#include "resolver/querylog/query_record.hpp"

#include <algorithm>

namespace tributary::resolver {

ClientOctets ClientOctets::of(const ClientInfo& client) {
  ClientOctets out{.octets = {}, .ipv6 = client.address.is_v6(), .port = client.port};
  if (out.ipv6) {
    out.octets = client.address.to_v6().to_bytes();
  } else {
    std::ranges::copy(client.address.to_v4().to_bytes(), out.octets.begin());
  }
  return out;
}

}  // namespace tributary::resolver
