#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "dns/record.hpp"
#include "resolver/strategy/agreement.hpp"
#include "resolver/upstream/ttl_watch.hpp"

namespace tributary::resolver {

/// What one upstream said.
struct Said {
  const std::string& upstream;
  const Statement& statement;
};

/// Words a group's disagreements for the log, one a second at most: whoever can make upstreams contradict
/// each other could fill the disk otherwise. TTLs that are odd, which harm nobody, one in ten minutes. Pure.
/// One for each group and worker.
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

  /// The same for a TTL that is odd.
  std::optional<std::string> odd_ttl(const dns::Question& question, const std::string& upstream,
                                     TtlAnomaly kind, Instant now);

 private:
  /// Lines of one kind, at most one in `interval`.
  struct Lines {
    Duration interval;
    const char* what;  ///< They tell of, in the plural.
    Instant next{};
    std::uint64_t left_out = 0;
  };

  std::optional<std::string> line(Lines& lines, const dns::Question& question, const std::string& what,
                                  Instant now) const;

  std::string group_;
  Lines disagreements_{std::chrono::seconds(1), "disagreements"};
  Lines ttls_{std::chrono::minutes(10), "TTLs"};
};

}  // namespace tributary::resolver
