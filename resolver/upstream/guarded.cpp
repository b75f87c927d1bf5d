#include "resolver/upstream/guarded.hpp"

#include "dns/message_view.hpp"

namespace tributary::resolver {
namespace {

/// Whether a reply to a probe shows that the upstream can resolve: SERVFAIL and REFUSED do not.
bool resolves(const Reply& reply) {
  const auto header = dns::read_header(reply.message);
  return header && (header->rcode == dns::Rcode::NOERROR || header->rcode == dns::Rcode::NXDOMAIN);
}

}  // namespace

Task<ExchangeResult> Guarded::exchange_as(CircuitBreaker::Origin origin, Query query, Deadline deadline) {
  health_.query_sent(origin);
  auto result = co_await transport_->exchange(std::move(query), deadline);
  const Instant now = clock_.now();
  if (!result) {
    health_.failed(origin, result.error(), now, random_);
  } else if (origin == CircuitBreaker::Origin::probe && !resolves(*result)) {
    health_.failed(origin, {Failure::Kind::protocol, "the probe was answered with an error", {}}, now,
                   random_);
  } else {
    health_.succeeded(result->rtt, now);
  }
  co_return result;
}

}  // namespace tributary::resolver
