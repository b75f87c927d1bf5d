#include "resolver/transport/zone_transport.hpp"

#include "resolver/upstream/zone_reply.hpp"

namespace tributary::resolver {

Task<ExchangeResult> ZoneTransport::exchange(Query query, Deadline) {
  co_return zone_reply(*zone_, query);
}

}  // namespace tributary::resolver
