#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

const char* to_text(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::timeout:
      return "timeout";
    case Failure::Kind::network:
      return "network";
    case Failure::Kind::no_route:
      return "no_route";
    case Failure::Kind::tls:
      return "tls";
    case Failure::Kind::protocol:
      return "protocol";
    case Failure::Kind::rate_limited:
      return "rate_limited";
    case Failure::Kind::no_address:
      return "no_address";
    case Failure::Kind::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace tributary::resolver
