#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "dns/record.hpp"
#include "resolver/strategy/agreement.hpp"

namespace tributary::resolver {

/// What one upstream said.
struct Said {
  const std::string& upstream;
  const Statement& statement;
};

/// Words a group's disagreements for the log, one a second at most: whoever can make upstreams contradict
/// each other could fill the disk otherwise. Pure. One for each group and worker.
class DisagreementLog {
 public:
  explicit DisagreementLog(std::string group) : group_(std::move(group)) {}

  /// The line to be logged; nothing if it is too early for another: it is counted then, and the next line
  /// tells the number.
  std::optional<std::string> contradiction(const dns::Question& question, const Said& winner,
                                           const Said& loser, Instant now);
  /// The same for a reply that failed validation.
  std::optional<std::string> bogus(const dns::Question& question, const std::string& upstream,
                                   const std::string& reason, Instant now);
  /// The same for a query on which no quorum agreed. `said` tells what came.
  std::optional<std::string> no_quorum(const dns::Question& question, const std::string& said, Instant now);

 private:
  static constexpr Duration interval = std::chrono::seconds(1);

  std::optional<std::string> line(const dns::Question& question, const std::string& what, Instant now);

  std::string group_;
  Instant next_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace tributary::resolver
