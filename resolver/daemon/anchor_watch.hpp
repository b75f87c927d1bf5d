#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/timers.hpp"
#include "resolver/answer_validation.hpp"
#include "resolver/daemon/anchor_store.hpp"

namespace tributary::resolver {

/// Follows the keys of the trust points through their replacement (RFC 5011): asks for them when it is time,
/// takes up what that changes, and keeps it. Waits while the clock is bad. All calls from the timers' thread,
/// which may block.
class AnchorWatch final : private Timers::Timer {
 public:
  /// How often it looks whether it is time.
  static constexpr Duration interval = std::chrono::minutes(1);

  struct Tools {
    /// Asks for the validated DNSKEY set of a zone, and gives the answer, failures too, on the timers'
    /// thread.
    std::function<void(dns::Name zone, std::function<void(cache::AnswerPtr)> done)> ask;
    AnchorStore store;
    std::vector<dns::Name> negative;  ///< As in TrustAnchors.
  };

  /// Follows the zones of the `configured` DS and DNSKEY records from where an earlier process has come to:
  /// what `trust` goes by when this returns. `timers` and `trust` outlive it.
  AnchorWatch(Timers& timers, const std::vector<dns::Record>& configured, Tools tools, Trust& trust);

 private:
  void expire() override;
  void heard(dnssec::AnchorRollover& followed, const cache::Answer& answer);
  void take_up();

  Timers& timers_;
  Tools tools_;
  Trust& trust_;
  std::vector<dnssec::AnchorRollover> followed_;
  std::shared_ptr<const bool> alive_ =
      std::make_shared<const bool>(true);  // answers may come after this is gone
};

}  // namespace tributary::resolver
