#include "resolver/dnssec/algorithms.hpp"

namespace tributary::dnssec {

bool Algorithms::supports(Algorithm algorithm) const {
  switch (algorithm) {
    case Algorithm::RSASHA1:
    case Algorithm::RSASHA1_NSEC3_SHA1:
      return sha1;
    case Algorithm::RSASHA256:
    case Algorithm::RSASHA512:
    case Algorithm::ECDSAP256SHA256:
    case Algorithm::ECDSAP384SHA384:
    case Algorithm::ED25519:
    case Algorithm::ED448:
      return true;
  }
  return false;
}

bool Algorithms::supports(DigestType digest) {
  return digest == DigestType::SHA1 || digest == DigestType::SHA256 || digest == DigestType::SHA384;
}

std::string to_text(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::RSASHA1:
      return "RSASHA1";
    case Algorithm::RSASHA1_NSEC3_SHA1:
      return "RSASHA1-NSEC3-SHA1";
    case Algorithm::RSASHA256:
      return "RSASHA256";
    case Algorithm::RSASHA512:
      return "RSASHA512";
    case Algorithm::ECDSAP256SHA256:
      return "ECDSAP256SHA256";
    case Algorithm::ECDSAP384SHA384:
      return "ECDSAP384SHA384";
    case Algorithm::ED25519:
      return "ED25519";
    case Algorithm::ED448:
      return "ED448";
  }
  return "ALGORITHM" + std::to_string(static_cast<unsigned>(algorithm));
}

}  // namespace tributary::dnssec
