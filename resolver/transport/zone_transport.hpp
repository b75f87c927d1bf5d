#pragma once

#include <memory>

#include "dns/zone.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// A zone in memory, answering as its authoritative server would: at once, and without a network.
class ZoneTransport final : public Upstream {
 public:
  explicit ZoneTransport(std::shared_ptr<const dns::Zone> zone) : zone_(std::move(zone)) {}

  Task<ExchangeResult> exchange(Query query, Deadline deadline) override;
  Channel channel() const override { return Channel::local; }

 private:
  std::shared_ptr<const dns::Zone> zone_;
};

}  // namespace tributary::resolver
