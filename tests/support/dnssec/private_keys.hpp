#pragma once

#include <cstdint>
#include <vector>

#include "resolver/dnssec/algorithms.hpp"
#include "resolver/dnssec/openssl_handles.hpp"

namespace tributary::test {

/// The key pair number `number` of an algorithm: always the same. Throws if OpenSSL cannot make it.
dnssec::KeyHandle make_private_key(dnssec::Algorithm algorithm, unsigned number);

/// The public half as a DNSKEY has it (RFC 3110, RFC 6605, RFC 8080).
std::vector<std::uint8_t> public_octets(EVP_PKEY* key, dnssec::Algorithm algorithm);

}  // namespace tributary::test
