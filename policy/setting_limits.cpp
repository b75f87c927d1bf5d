#include "policy/setting_limits.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace tributary::policy {
namespace {

constexpr std::uint64_t KiB = std::uint64_t{1} << 10;
constexpr std::uint64_t MiB = std::uint64_t{1} << 20;
constexpr std::uint64_t TiB = std::uint64_t{1} << 40;
constexpr std::uint64_t hour = 3600, day = 86'400;       // s
constexpr std::uint64_t second = 1000, minute = 60'000;  // ms

// clang-format off
constexpr SettingLimits table[] = {
    // path, default, least, most, unit, meaning, source
    {"upstreams.*.weight", 1, 1, 1000, "", "share of the queries that the upstream gets beside its siblings", ""},
    {"groups.*.width", 2, 1, 16, "", "upstreams that race asks at once; consensus asks one more", ""},
    {"groups.*.quorum", 2, 2, 16, "", "operators that must agree in consensus", ""},
    {"cache.size", 64 * MiB, 1 * MiB, 1 * TiB, "B", "memory for cached answers", ""},
    {"cache.max_ttl", 1 * day, 1, 7 * day, "s", "longest time that a positive answer is kept", "RFC 8767 §4"},
    {"cache.max_negative_ttl", 1 * hour, 1, 1 * day, "s", "longest time that a negative answer is kept", "RFC 2308 §5"},
    {"cache.max_stale", 1 * day, 0, 3 * day, "s", "longest time that an answer is served after it has expired", "RFC 8767 §5"},
    {"cache.persist_interval", 15 * 60, 1, 1 * day, "s", "time between two savings of the cache to disk", ""},
    {"udp.queries_per_client", 1000, 1, 1'000'000, "", "queries of one client address that wait for upstreams at once", "CVE-2024-33655"},
    {"tcp.idle_timeout", 10 * second, 100, 10 * minute, "ms", "time after which an idle connection is closed", "RFC 7766 §6.2.3"},
    {"tcp.connections", 1000, 1, 100'000, "", "connections of all clients at once", "RFC 7766 §6.2.2"},
    {"tcp.connections_per_client", 100, 1, 100'000, "", "connections of one client address at once", "RFC 7766 §6.2.2"},
    {"tcp.queries_per_connection", 100, 1, 10'000, "", "queries of one connection in flight at once", "RFC 7766 §6.2.1.1"},
    {"timeouts.query", 4 * second, 100, 1 * minute, "ms", "time for all that is done for one query", ""},
    {"timeouts.attempt", 2 * second, 50, 1 * minute, "ms", "time for one exchange with one upstream", ""},
    {"timeouts.stale", 1800, 0, 1800, "ms", "time after which a client gets a stale answer, if there is one", "RFC 8767 §5"},
    {"dnssec.max_nsec3_iterations", 50, 0, 2500, "", "iterations of NSEC3 above which a zone is insecure", "RFC 9276 §3.2"},
    {"dnssec.max_bogus_ttl", 60, 1, 300, "s", "longest time that a bogus result is remembered", "RFC 9520 §3.2"},
    {"query_log.sample", 1, 1, 1'000'000, "", "one in so many queries is logged", ""},
    {"query_log.client_bits.ipv4", 32, 0, 32, "", "bits of an IPv4 client's address that are logged", "RFC 7871 §11.1"},
    {"query_log.client_bits.ipv6", 128, 0, 128, "", "bits of an IPv6 client's address that are logged", "RFC 7871 §11.1"},
    {"query_log.queue", 4 * MiB, 512 * KiB, 1024 * MiB, "B", "memory of each worker for queries that wait to be written", ""},
    {"workers", 0, 0, 1024, "", "threads that serve; 0: one for each core that may be used", ""},
};
// clang-format on

}  // namespace

std::span<const SettingLimits> setting_limits() {
  return table;
}

const SettingLimits& limits_of(std::string_view path) {
  const auto* found = std::ranges::find(table, path, &SettingLimits::path);
  assert(found != std::end(table));
  return *found;
}

}  // namespace tributary::policy
