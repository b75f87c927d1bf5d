#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tributary::resolver {

/// How the daemon does at one moment: what `tributary status` and the status page show. A value. Times are
/// UTC, as in "2026-11-22T12:59:01Z"; what is not known is absent.
struct Status {
  struct Configuration {
    std::string file, loaded;
    std::uint64_t reloads = 0, failed_reloads = 0;
    std::optional<std::string> last_error;
  };

  struct Latency {
    double p50 = 0, p99 = 0;  ///< Milliseconds.
  };
  struct Traffic {
    std::uint64_t queries = 0;                 ///< Since the start.
    std::optional<double> queries_per_second;  ///< Over the last ten seconds.
    std::optional<double> hit_ratio;           ///< Since the start, of what could be in the cache.
    std::optional<Latency> cached, uncached;
  };

  struct Transition {
    std::string at, from, to, reason;
  };
  /// Why an upstream did not reply.
  struct Failure {
    std::string at, reason, detail;  ///< The reason is one of the words in `failures`.
    bool connecting = false;         ///< There was no connection to ask on.
  };
  struct Upstream {
    std::string name, url, operator_name;
    std::string state;  ///< "closed", "half_open", "open" or "disabled".
    std::optional<std::string> reason, since;
    std::optional<double> next_probe_seconds;
    bool disabled = false;
    double share = 1;
    std::uint64_t in_flight = 0;
    std::optional<Latency> latency;
    std::uint64_t queries = 0, replies = 0, wins = 0, losses = 0, hedges = 0, disagreements = 0, bogus = 0;
    bool validates = true;
    std::map<std::string, std::uint64_t>
        failures;                         ///< By reason; those of which there are none are left out.
    std::optional<Failure> last_failure;  ///< Absent once a reply has come.
    std::vector<Transition> transitions;  ///< Newest first.
  };

  struct Group {
    std::string name, strategy;
    std::vector<std::string> upstreams;
    bool degraded = false;
  };

  struct Cache {
    std::uint64_t entries = 0, bytes = 0, limit = 0, hits = 0, misses = 0, stale = 0, evictions = 0;
  };

  struct DnssecFailure {
    std::string at, name, type, upstream, reason;
    std::uint16_t ede = 0;
  };
  struct Dnssec {
    std::string mode;
    std::uint64_t secure = 0, insecure = 0, bogus = 0, indeterminate = 0;
    std::vector<DnssecFailure> failures;  ///< Newest first.
  };

  struct Clock {
    std::string state, reason;
    double max_error_seconds = 0, last_step_seconds = 0;
    std::uint64_t steps = 0;
  };

  struct Link {
    bool down = false;
    std::uint64_t outages = 0;
  };

  /// Something that an operator should do something about.
  struct Problem {
    std::string what, remedy;
  };

  std::string version;
  std::int64_t pid = 0;
  double uptime_seconds = 0;
  std::uint64_t workers = 0;
  Configuration configuration;
  std::vector<std::string> listeners;
  Traffic traffic;
  std::vector<Upstream> upstreams;
  std::vector<Group> groups;
  Cache cache;
  Dnssec dnssec;
  Clock clock;
  Link link;
  std::vector<Problem> problems;
};

/// As `GET /api/v1/status` gives it. Octets that are no UTF-8 are replaced.
std::string status_json(const Status& status);

/// What is wrong by the rest of `status`, and what to do about it.
std::vector<Status::Problem> problems_of(const Status& status);

}  // namespace tributary::resolver
