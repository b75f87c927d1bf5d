#include "policy/settings.hpp"

namespace tributary::policy {
namespace {

using enum Setting::Kind;

// clang-format off
constexpr Setting table[] = {
    // path, kind, default, allowed, meaning, required
    {"listen", list, "udp://127.0.0.1:53, tcp://127.0.0.1:53", "udp://ADDRESS[:PORT], tcp://ADDRESS[:PORT]", "addresses to serve"},
    {"upstreams", names, "one named system, with the url system:", "", "servers and zones that can be asked"},
    {"upstreams.*.url", text, "", "udp://ADDRESS[:PORT], tcp://ADDRESS[:PORT], https://HOST[:PORT][/PATH], authority://ADDRESS[:PORT], zone:FILE, system:", "what to ask, and how", true},
    {"upstreams.*.operator", text, "the upstream's name", "NAME", "who runs it: upstreams of one operator do not confirm each other"},
    {"upstreams.*.weight", number, "", "", "how often it is drawn, compared with the others of its group"},
    {"upstreams.*.ports", word, "fresh", "fresh pool", "udp, authority: where queries leave from"},
    {"upstreams.*.bootstrap", list, "", "ADDRESS[:PORT]", "https: plain DNS servers that know the address of the host; required unless that is an address"},
    {"upstreams.*.method", word, "post", "post get", "https: how queries are sent"},
    {"upstreams.*.keep_warm", truth, "true for https, false for tcp", "", "https, tcp: a connection is kept ready while nobody asks"},
    {"upstreams.*.ca_file", text, "the system's authorities", "FILE", "https: the authorities that are trusted, PEM"},
    {"upstreams.*.origin", text, "the suffix of the one route that leads to it", "DOMAIN", "zone: the name of the zone"},
    {"groups", names, "", "", "sets of upstreams that are asked together"},
    {"groups.*.upstreams", list, "", "NAME of an upstream", "its members", true},
    {"groups.*.strategy", word, "hedge", "hedge race rotate failover fastest consensus", "whom a query asks, and when"},
    {"groups.*.width", number, "", "", "race, consensus: how many are asked at once; consensus asks one more than the quorum by default"},
    {"groups.*.quorum", number, "", "", "consensus: how many operators must agree"},
    {"groups.*.order", word, "weighted_random", "weighted_random round_robin hash", "rotate: how the one is chosen"},
    {"groups.*.uniform", truth, "true", "", "its upstreams are interchangeable: \"no such name\" from one speaks for all"},
    {"groups.*.fallback", text, "", "NAME of a zone upstream", "its data answers when the others do not"},
    {"routes", items, "the root, to the only group or upstream there is", "", "which names go where: the longest suffix wins"},
    {"routes[].suffix", text, "", "DOMAIN", "names that end so", true},
    {"routes[].group", text, "", "NAME of a group or an upstream", "are asked of it", true},
    {"routes[].dnssec", word, "validate", "validate off", "whether they are validated"},
    {"allow", list, "loopback, private, shared and link-local addresses", "ADDRESS, ADDRESS/LENGTH", "clients whose queries are answered"},
    {"cache", section, "", "", "what is kept of answers"},
    {"cache.size", number, "", "", "memory for cached answers and their index"},
    {"cache.max_ttl", number, "", "", "longest time that a positive answer is kept"},
    {"cache.max_negative_ttl", number, "", "", "longest time that a negative answer is kept"},
    {"cache.max_stale", number, "", "", "how long after it expired an answer is still served when there is no better one"},
    {"cache.persist", truth, "false", "", "whether the cache is saved, and loaded at the next start"},
    {"cache.persist_interval", number, "", "", "how often it is saved"},
    {"udp", section, "", "", "limits for clients over UDP"},
    {"udp.queries_per_client", number, "", "", "queries of one client address that wait for upstreams at once"},
    {"tcp", section, "", "", "limits for clients over TCP"},
    {"tcp.idle_timeout", number, "", "", "time after which an idle connection is closed"},
    {"tcp.connections", number, "", "", "connections of all clients at once"},
    {"tcp.connections_per_client", number, "", "", "connections of one client address at once"},
    {"tcp.queries_per_connection", number, "", "", "queries of one connection in flight at once"},
    {"timeouts", section, "", "", "how long things may take"},
    {"timeouts.query", number, "", "", "time for all that is done for one query of a client"},
    {"timeouts.attempt", number, "", "", "time for one exchange with one upstream"},
    {"timeouts.stale", number, "", "", "time after which a client gets an expired answer, if there is one"},
    {"dnssec", section, "", "", "validation"},
    {"dnssec.mode", word, "validate", "validate permissive off", "what becomes of answers that fail validation"},
    {"dnssec.trust_anchors", list, "the keys of the root, 20326 and 38696", "DS or DNSKEY record", "where chains of trust begin"},
    {"dnssec.trust_anchor_file", text, "", "FILE", "a master file with more of them"},
    {"dnssec.negative_trust_anchors", list, "", "DOMAIN", "names below which nothing is validated"},
    {"dnssec.sha1", word, "off", "off on", "whether signatures with RSA and SHA-1 count"},
    {"dnssec.clock", word, "guarded", "guarded trusted ignored", "how far the wall clock is believed"},
    {"dnssec.max_nsec3_iterations", number, "", "", "more iterations of NSEC3 make a zone insecure"},
    {"dnssec.max_bogus_ttl", number, "", "", "for so long at most it is remembered that an answer is bogus"},
    {"state_directory", text, "the first of $STATE_DIRECTORY, else /var/lib/tributary", "FOLDER", "where stays what outlives the process"},
    {"workers", number, "", "", "threads that serve; 0: one for each core that may be used"},
    {"admin", section, "none", "", "how operators reach the daemon over HTTP: commands, metrics, the status page"},
    {"admin.listen", text, "", "ADDRESS:PORT of the loopback", "where metrics, health and the status page are served"},
    {"admin.socket", text, "control.sock in $RUNTIME_DIRECTORY, if that is set", "FILE", "the Unix socket that commands use"},
    {"admin.token_file", text, "", "FILE", "its word lets clients of admin.listen change things"},
    {"log", section, "", "", "what the daemon says about itself"},
    {"log.format", word, "text", "text json", "of its lines"},
    {"log.level", word, "info", "debug info warning error", "the least severe that is written"},
    {"query_log", section, "none", "", "what clients have asked and were answered; needs dnstap or json"},
    {"query_log.dnstap", text, "", "unix:SOCKET, file:FILE", "where dnstap messages go"},
    {"query_log.json", text, "", "FILE", "where a line of JSON for each query goes"},
    {"query_log.sample", number, "", "", "one in so many queries is logged"},
    {"query_log.client_bits", section, "", "", "what is kept of clients' addresses"},
    {"query_log.client_bits.ipv4", number, "", "", "bits of an IPv4 address"},
    {"query_log.client_bits.ipv6", number, "", "", "bits of an IPv6 address"},
    {"query_log.queue", number, "", "", "memory of each worker for queries that wait to be written"},
};
// clang-format on

}  // namespace

std::vector<std::string_view> Setting::words() const {
  std::vector<std::string_view> out;
  for (std::string_view rest = allowed; !rest.empty();) {
    const auto end = rest.find(' ');
    out.push_back(rest.substr(0, end));
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
  }
  return out;
}

std::span<const Setting> settings() {
  return table;
}

std::string prefix_of(const Setting& setting) {
  const std::string path(setting.path);
  if (setting.kind == names) return path + ".*.";
  return setting.kind == items ? path + "[]." : path + ".";
}

std::vector<const Setting*> keys_of(std::string_view path) {
  std::string prefix;
  for (const auto& setting : table)
    if (setting.path == path) prefix = prefix_of(setting);
  std::vector<const Setting*> out;
  for (const auto& setting : table) {
    if (!setting.path.starts_with(prefix)) continue;
    if (setting.path.find_first_of(".[", prefix.size()) == setting.path.npos) out.push_back(&setting);
  }
  return out;
}

}  // namespace tributary::policy
