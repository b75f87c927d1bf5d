#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/config_reader.hpp"

namespace tributary::policy {
namespace {

struct Case {
  std::string yaml;
  std::vector<std::string> errors;
};

void expect_errors(const std::vector<Case>& cases) {
  for (const auto& [yaml, expected] : cases) {
    SCOPED_TRACE(yaml);
    const auto config = parse_config(yaml, "t.yaml");
    std::vector<std::string> errors;
    if (!config) {
      for (const auto& error : config.error()) errors.push_back(error.to_text());
    }
    EXPECT_EQ(errors, expected);
  }
}

TEST(ConfigErrors, RefusesWhatIsNoPlainYaml) {
  expect_errors({
      {R"(listen: ["udp://127.0.0.1"
workers: 2)",
       {R"(t.yaml:2:1: this is no YAML: end of sequence flow not found)"}},
      {R"(workers: [2)", {R"(t.yaml:1:1: this is no YAML: end of sequence flow not found)"}},
      {R"(a: &x [1, 2]
b: *x)",
       {R"(t.yaml:1:4: anchors (&) and aliases (*) are not allowed here)"}},
      {R"(workers: *x)", {R"(t.yaml:1:10: this is no YAML: the referenced anchor is not defined)"}},
      {R"(workers: !!int 2)", {R"(t.yaml:1:10: tags (!) are not allowed here)"}},
      {R"(workers: 1
---
workers: 2)",
       {R"(t.yaml:2:1: a second document begins here; a file holds one)"}},
      {R"(? [a]
: 1)",
       {R"(t.yaml:1:3: a key must be plain text)"}},
      {R"(- 1)", {R"(t.yaml:1:1: expected a mapping, found a list)"}},
      {R"(a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]])",
       {R"(t.yaml:1:35: nested too deeply; at most 32 levels are allowed)"}},
      {R"(	workers: 1)", {R"(t.yaml:1:9: this is no YAML: illegal map value)"}},
      {R"(~: 1)", {R"(t.yaml:1:1: a key must be plain text)"}},
  });
}

TEST(ConfigErrors, NamesUnknownRepeatedAndIllTypedKeys) {
  expect_errors({
      {R"(listen: udp://127.0.0.1)", {R"(t.yaml:1:9: listen: expected a list, found a single value)"}},
      {R"(listen: [])", {R"(t.yaml:1:9: listen: the list is empty; it needs at least one item)"}},
      {R"(lisen: ["udp://127.0.0.1"])",
       {R"(t.yaml:1:1: lisen: "lisen" is no key here; allowed are listen, upstreams, groups, routes, allow, cache, udp, tcp, timeouts, dnssec, state_directory, workers, admin, log, query_log; did you mean "listen"?)"}},
      {R"(tls: { mode: strict })",
       {R"(t.yaml:1:1: tls: "tls" is no key here; allowed are listen, upstreams, groups, routes, allow, cache, udp, tcp, timeouts, dnssec, state_directory, workers, admin, log, query_log)"}},
      {R"(listen: ["udp://127.0.0.1"]
workers: 2
listen: ["tcp://127.0.0.1"])",
       {R"(t.yaml:3:1: listen: stands here again; it was given on line 1)"}},
      {R"(workers:)", {R"(t.yaml:1:1: workers: expected a single value, found nothing)"}},
      {R"(cache: 64MiB)", {R"(t.yaml:1:8: cache: expected a mapping, found a single value)"}},
      {R"(cach: {})",
       {R"(t.yaml:1:1: cach: "cach" is no key here; allowed are listen, upstreams, groups, routes, allow, cache, udp, tcp, timeouts, dnssec, state_directory, workers, admin, log, query_log; did you mean "cache"?)"}},
      {R"(log: { format: xml, level: warn })",
       {R"(t.yaml:1:16: log.format: "xml" is not one of text, json)",
        R"(t.yaml:1:28: log.level: "warn" is not one of debug, info, warning, error)"}},
      {R"(log: { level: "info", level: info })",
       {R"(t.yaml:1:23: log.level: stands here again; it was given on line 1)"}},
      {R"(workers: 1
workers)",
       {R"(t.yaml:2:1: workers: stands here again; it was given on line 1)"}},
      {R"(log: { level: "in\x1bfo" })",
       {R"(t.yaml:1:15: log.level: "in\x1bfo" is not one of debug, info, warning, error; did you mean "info"?)"}},
      {R"(<<: {workers: 1})",
       {R"(t.yaml:1:1: <<: "<<" is no key here; allowed are listen, upstreams, groups, routes, allow, cache, udp, tcp, timeouts, dnssec, state_directory, workers, admin, log, query_log)"}},
  });
}

TEST(ConfigErrors, TellsTheLimitsOfNumbers) {
  expect_errors({
      {R"(workers: many)", {R"(t.yaml:1:10: workers: "many" is not a whole number)"}},
      {R"(workers: 2000)",
       {R"(t.yaml:1:10: workers: "2000" is too large; allowed are 0 to 1024, default 0)"}},
      {R"(workers: -1)", {R"(t.yaml:1:10: workers: "-1" is not a whole number)"}},
      {R"(workers: 1.5)", {R"(t.yaml:1:10: workers: "1.5" is not a whole number)"}},
      {R"(workers: 2s)", {R"(t.yaml:1:10: workers: "2s" is not a whole number)"}},
      {R"(cache: { size: 64mb, max_ttl: 8d, max_negative_ttl: 0 })",
       {R"(t.yaml:1:16: cache.size: "64mb" is not a whole number with one of the units B, KiB, MiB, GiB, TiB, or with none, which counts B)",
        R"(t.yaml:1:31: cache.max_ttl: "8d" is too large; allowed are 1s to 7d, default 1d; a number alone counts s)",
        R"(t.yaml:1:53: cache.max_negative_ttl: "0" is too small; allowed are 1s to 1d, default 1h; a number alone counts s)"}},
      {R"(cache: { size: 99999999999999999999999GiB })",
       {R"(t.yaml:1:16: cache.size: "99999999999999999999999GiB" is too large; allowed are 1MiB to 1TiB, default 64MiB; a number alone counts B)"}},
      {R"(timeouts: { query: 1s, attempt: 3s })",
       {R"(t.yaml:1:33: timeouts.attempt: "3s" is longer than timeouts.query, 1s)"}},
      {R"(timeouts: { query: 4 })",
       {R"(t.yaml:1:20: timeouts.query: "4" is too small; allowed are 100ms to 1m, default 4s; a number alone counts ms)"}},
      {R"(workers: 1])", {R"(t.yaml:1:10: workers: "1]" is not a whole number)"}},
  });
}

TEST(ConfigErrors, RefusesBadAddresses) {
  expect_errors({
      {R"(listen: ["udp://127.0.0.1:0", "tcp://localhost", "udp://::1", "https://1.1.1.1", "udp://127.0.0.1:70000", "udp://[::1", "udp://[::1]x"])",
       {R"(t.yaml:1:10: listen[0]: "127.0.0.1:0" has a bad port; allowed are 1 to 65535)",
        R"(t.yaml:1:31: listen[1]: "localhost" is no IP address)",
        R"(t.yaml:1:50: listen[2]: "::1" is ambiguous: write IPv6 addresses in [brackets])",
        R"(t.yaml:1:63: listen[3]: "https://1.1.1.1" has no known scheme; allowed are udp://ADDRESS[:PORT] and tcp://ADDRESS[:PORT])",
        R"(t.yaml:1:82: listen[4]: "127.0.0.1:70000" has a bad port; allowed are 1 to 65535)",
        R"(t.yaml:1:107: listen[5]: "[::1" has no closing bracket)",
        R"(t.yaml:1:121: listen[6]: "[::1]x" has something other than :PORT after ])"}},
      {R"(listen: ["udp://127.0.0.1", "tcp://127.0.0.1", "udp://127.0.0.1:53"])",
       {R"(t.yaml:1:48: listen[2]: "127.0.0.1:53" is in this list already)"}},
      {R"(admin: { socket: "" })",
       {R"(t.yaml:1:18: admin.socket: "" cannot be the path of a socket; it needs 1 to 107 octets)"}},
      {R"(admin: { token_file: nowhere.token })",
       {R"(t.yaml:1:10: admin.token_file: "token_file" is for what comes over TCP; add listen, or remove it)",
        R"(t.yaml:1:22: admin.token_file: "nowhere.token" cannot be read: No such file or directory)"}},
      {R"(admin: { listen: "127.0.0.1" })",
       {R"(t.yaml:1:18: admin.listen: "127.0.0.1" has no port; write it as ADDRESS:PORT)"}},
      {R"(admin: { listen: "0.0.0.0:9153" })",
       {R"(t.yaml:1:18: admin.listen: "0.0.0.0:9153" is no loopback address; anybody could read there)"}},
      {R"(allow: ["10.0.0.1/8", "10.0.0.0/33", "example.com", "::1/129", "10.0.0.0/", "fe80::1%lo/64"])",
       {R"(t.yaml:1:9: allow[0]: "10.0.0.1/8" has bits set after its length; did you mean 10.0.0.0/8?)",
        R"(t.yaml:1:23: allow[1]: "10.0.0.0/33" has a bad length; allowed are 0 to 32)",
        R"(t.yaml:1:38: allow[2]: "example.com" is no ADDRESS/LENGTH)",
        R"(t.yaml:1:53: allow[3]: "::1/129" has a bad length; allowed are 0 to 128)",
        R"(t.yaml:1:64: allow[4]: "10.0.0.0/" has a bad length; allowed are 0 to 32)",
        R"(t.yaml:1:77: allow[5]: "fe80::1%lo/64" is no ADDRESS/LENGTH)"}},
  });
}

TEST(ConfigErrors, RefusesBadUpstreams) {
  expect_errors({
      {R"(upstreams: { a: { url: "udp://dns.google" } })",
       {R"(t.yaml:1:24: upstreams.a.url: "dns.google" is no IP address; plain DNS has no bootstrap that could look a name up: write the address, as in udp://9.9.9.9)"}},
      {R"(upstreams: { a: { url: "8.8.8.8" } })",
       {R"(t.yaml:1:24: upstreams.a.url: "8.8.8.8" has no known scheme; allowed are udp://, tcp://, https://, authority://, zone:, system:)"}},
      {R"(upstreams: { a: { url: "tls://8.8.8.8" } })",
       {R"(t.yaml:1:24: upstreams.a.url: "tls://8.8.8.8" has no known scheme; allowed are udp://, tcp://, https://, authority://, zone:, system:)"}},
      {R"(upstreams: { a: { url: "udp://8.8.8.8:99999" } })",
       {R"(t.yaml:1:24: upstreams.a.url: "8.8.8.8:99999" has a bad port; allowed are 1 to 65535)"}},
      {R"(upstreams: { a: { url: "https://dns.quad9.net/dns-query" } })",
       {R"(t.yaml:1:17: upstreams.a: has no "bootstrap"; add addresses of plain DNS servers that know dns.quad9.net, as in bootstrap: ["9.9.9.9"])"}},
      {R"(upstreams: { a: { url: "https://dns_quad9/dns-query", bootstrap: ["9.9.9.9"] } })",
       {R"(t.yaml:1:24: upstreams.a.url: "dns_quad9" is neither a host name nor an IP address)"}},
      {R"(upstreams: { a: { url: "https://9.9.9.999/dns-query", bootstrap: ["9.9.9.9"] } })",
       {R"(t.yaml:1:24: upstreams.a.url: "9.9.9.999" is neither a host name nor an IP address)"}},
      {R"(upstreams: { a: { url: "https://dns.google/dns-query{?dns}", bootstrap: ["quad9"] } })",
       {R"(t.yaml:1:24: upstreams.a.url: "/dns-query{?dns}" is no plain path; write it without {?dns}, ? and #)"}},
      {R"(upstreams: { a: { url: "https://1.1.1.1/dns-query", bootstrap: ["9.9.9.9"] } })",
       {R"(t.yaml:1:53: upstreams.a.bootstrap: "bootstrap" does not fit a url with an address; there is nothing to look up)"}},
      {R"(upstreams: { a: { url: "udp://8.8.8.8", bootstrap: ["9.9.9.9"], origin: example, method: get, ca_file: x } })",
       {R"(t.yaml:1:41: upstreams.a.bootstrap: "bootstrap" does not fit udp; only https takes it)",
        R"(t.yaml:1:65: upstreams.a.origin: "origin" does not fit udp; only zone takes it)",
        R"(t.yaml:1:82: upstreams.a.method: "method" does not fit udp; only https takes it)",
        R"(t.yaml:1:95: upstreams.a.ca_file: "ca_file" does not fit udp; only https takes it)"}},
      {R"(upstreams: { a: { url: "tcp://8.8.8.8", ports: pool } })",
       {R"(t.yaml:1:41: upstreams.a.ports: "ports" does not fit tcp; only udp, authority and system take it)"}},
      {R"(upstreams: { a: { url: "udp://8.8.8.8", ports: many } })",
       {R"(t.yaml:1:48: upstreams.a.ports: "many" is not one of fresh, pool)"}},
      {R"(upstreams: { a: { url: "https://1.1.1.1/", method: put, ca_file: missing.pem } })",
       {R"(t.yaml:1:52: upstreams.a.method: "put" is not one of post, get)",
        R"(t.yaml:1:66: upstreams.a.ca_file: "missing.pem" cannot be read: No such file or directory)"}},
      {R"(upstreams: { a: { url: "zone:missing.zone", origin: a } })",
       {R"(t.yaml:1:24: upstreams.a.url: "missing.zone" cannot be read: No such file or directory)"}},
      {R"(upstreams: { a: { url: "zone:" } })",
       {R"(t.yaml:1:24: upstreams.a.url: "zone:" names no file; write zone:FILE)"}},
      {R"(upstreams: { a: { url: "system:x" } })",
       {R"(t.yaml:1:24: upstreams.a.url: "x" is too much; write system: alone)"}},
      {R"(upstreams: { a: { url: "udp://0.0.0.0" } })",
       {R"(t.yaml:1:24: upstreams.a.url: "0.0.0.0" is not the address of one server)"}},
      {R"(upstreams: { a: { url: "udp://127.0.0.1" } })",
       {R"(t.yaml:1:24: upstreams.a.url: "127.0.0.1:53" is an address that Tributary listens on itself (udp 127.0.0.1:53): it would ask itself without end; name another server)"}},
      {R"(upstreams: { a: { operator: x y, weight: 0 } })",
       {R"(t.yaml:1:17: upstreams.a: has no "url"; add one, as in url: "udp://9.9.9.9")",
        R"(t.yaml:1:29: upstreams.a.operator: "x y" is no name; allowed are up to 63 letters, digits, - and _)",
        R"(t.yaml:1:42: upstreams.a.weight: "0" is too small; allowed are 1 to 1000, default 1)"}},
      {R"(upstreams: { a: udp://8.8.8.8 })",
       {R"(t.yaml:1:17: upstreams.a: expected a mapping, found a single value)"}},
      {R"(upstreams: { a b: { url: "udp://8.8.8.8" } })",
       {R"(t.yaml:1:14: upstreams.a b: "a b" is no name; allowed are up to 63 letters, digits, - and _)"}},
      {R"(upstreams: { a: { url: "udp://8.8.8.8", weigth: 1001 } })",
       {R"(t.yaml:1:41: upstreams.a.weigth: "weigth" is no key here; allowed are url, bootstrap, operator, weight, ports, method, ca_file, keep_warm, origin; did you mean "weight"?)"}},
      {R"(upstreams:)", {R"(t.yaml:1:1: upstreams: expected a mapping, found nothing)"}},
  });
}

TEST(ConfigErrors, AsksForARouteForTheRoot) {
  expect_errors({
      {R"(upstreams: { a: { url: "udp://8.8.8.8" }, b: { url: "udp://8.8.4.4" } }
routes: [{ suffix: corp, group: a }])",
       {R"(t.yaml:2:9: routes: no route for the root; add { suffix: ".", group: NAME }, NAME being one of a, b)"}},
      {R"(upstreams: { a: { url: "udp://8.8.8.8" }, b: { url: "udp://8.8.4.4" } }
groups: { g: { upstreams: [a] }, h: { upstreams: [b] } })",
       {R"(t.yaml:1:1: no route for the root; add { suffix: ".", group: NAME }, NAME being one of g, h)"}},
      {R"(upstreams: { default: { url: "udp://8.8.8.8" }, b: { url: "udp://8.8.4.4" } })",
       {R"(t.yaml:1:1: no route for the root; add { suffix: ".", group: NAME }, NAME being one of default, b)"}},
  });
}

TEST(ConfigErrors, OneErrorDoesNotLookLikeTwo) {
  expect_errors({
      {R"(groups: { g: { upstreams: [system], strategy: rotat, order: round_robin } })",
       {R"(t.yaml:1:47: groups.g.strategy: "rotat" is not one of hedge, race, rotate, failover, fastest, consensus; did you mean "rotate"?)"}},
      {R"(groups: { g: { upstreams: [], strategy: race, width: 2 } })",
       {R"(t.yaml:1:27: groups.g.upstreams: the list is empty; it needs at least one item)"}},
      {R"(timeouts: { query: 1s, attempt: long })",
       {R"(t.yaml:1:33: timeouts.attempt: "long" is not a whole number with one of the units ms, s, m, h, d, or with none, which counts ms)"}},
      {R"(upstreams: { z: { url: "zone:missing.zone" } }
routes: [{ suffix: "a..b", group: z }])",
       {R"(t.yaml:1:24: upstreams.z.url: "missing.zone" cannot be read: No such file or directory)",
        R"(t.yaml:2:20: routes[0].suffix: "a..b" is no domain name: a label is empty)"}},
  });
}

TEST(ConfigErrors, AConsensusNeedsEnoughOperators) {
  const std::string upstreams =
      R"(upstreams: { a: { url: "udp://8.8.8.8", operator: x }, b: { url: "udp://8.8.4.4", operator: x }, c: { url: "udp://9.9.9.9" } })"
      "\n";
  expect_errors({
      {upstreams + "groups: { g: { upstreams: [a, b], strategy: consensus } }",
       {R"(t.yaml:2:45: groups.g.strategy: "consensus" needs upstreams of at least 2 operators; the group has 1: add others)"}},
      {upstreams + "groups: { g: { upstreams: [a, b, c], strategy: consensus, quorum: 3 } }",
       {R"(t.yaml:2:67: groups.g.quorum: "3" is more than the operators of the group's upstreams, 2)"}},
      {upstreams + "groups: { g: { upstreams: [a, b, c], strategy: consensus, width: 3 } }",
       {R"(t.yaml:2:66: groups.g.width: "3" is more than the operators of the group's upstreams, 2)"}},
      {upstreams + "groups: { g: { upstreams: [a, b, c], strategy: consensus, width: 1 } }",
       {R"(t.yaml:2:66: groups.g.width: "1" is less than the quorum, 2)"}},
      {upstreams + "groups: { g: { upstreams: [a, b, c], strategy: consensus, quorum: 1 } }",
       {R"(t.yaml:2:67: groups.g.quorum: "1" is too small; allowed are 2 to 16, default 2)"}},
      {upstreams + "groups: { g: { upstreams: [a, b, c], quorum: 2 } }",
       {R"(t.yaml:2:38: groups.g.quorum: "quorum" does not fit hedge; only consensus takes it)"}},
  });
}

TEST(ConfigErrors, AConsensusIsNotUniform) {
  expect_errors(
      {{R"(upstreams: { a: { url: "udp://8.8.8.8" }, b: { url: "udp://9.9.9.9" } }
groups: { g: { upstreams: [a, b], strategy: consensus, uniform: false } })",
        {R"(t.yaml:2:56: groups.g.uniform: "uniform" does not fit consensus, where a denial needs the same quorum as an answer: remove it)"}}});
}

TEST(ConfigErrors, AGroupFallsBackOnAZoneOnly) {
  expect_errors(
      {{R"(upstreams: { a: { url: "udp://8.8.8.8" }, spare: { url: "zone:missing.zone", origin: x } }
groups:
  g: { upstreams: [a], fallback: a }
  h: { upstreams: [a], fallback: spar }
  i: { upstreams: [a], fallback: [spare] }
  j: { upstreams: [a], fallbak: spare })",
        {R"(t.yaml:1:57: upstreams.spare.url: "missing.zone" cannot be read: No such file or directory)",
         R"(t.yaml:3:34: groups.g.fallback: "a" is no zone; what is to work without a network needs a url like zone:FILE)",
         R"(t.yaml:4:34: groups.h.fallback: "spar" is no upstream; did you mean "spare"?)",
         R"(t.yaml:5:34: groups.i.fallback: expected a single value, found a list)",
         R"(t.yaml:6:24: groups.j.fallbak: "fallbak" is no key here; allowed are upstreams, strategy, width, quorum, order, uniform, fallback; did you mean "fallback"?)"}},
       {R"(upstreams: { a: { url: "udp://8.8.8.8" } }
groups: { g: { upstreams: [a], fallback: } })",
        {R"(t.yaml:2:32: groups.g.fallback: expected a single value, found nothing)"}}});
}

TEST(ConfigErrors, AllOfAFileAreReportedInItsOrder) {
  expect_errors(
      {{R"(upstreams: { a: { url: "udp://8.8.8.8" }, b: { url: "udp://8.8.4.4" } }
groups:
  g: { upstreams: [a, c], strategy: race, width: 3 }
  b: { upstreams: [] }
  h: { upstreams: [a, a], strategy: rotate, width: 1, order: roundrobin }
  i: { upstreams: [a], order: round_robin, uniform: yes }
  j: {}
  k: { upstreams: [a], strategy: race, width: 2 }
routes:
  - { suffix: ".", group: gg }
  - { suffix: corp, group: a }
  - { suffix: corp., group: a }
  - { suffix: "*.corp", group: a }
  - { suffix: "a..b", group: a }
  - { suffix: x }
  - { group: a, sufix: x }
  - nonsense)",
        {R"(t.yaml:3:23: groups.g.upstreams[1]: "c" is no upstream; did you mean "a"?)",
         R"(t.yaml:3:50: groups.g.width: "3" is more than the upstreams of the group, 2)",
         R"(t.yaml:4:3: groups.b: "b" is the name of an upstream; give the group another)",
         R"(t.yaml:4:19: groups.b.upstreams: the list is empty; it needs at least one item)",
         R"(t.yaml:5:23: groups.h.upstreams[1]: "a" is in this list already)",
         R"(t.yaml:5:45: groups.h.width: "width" does not fit rotate; only race and consensus take it)",
         R"(t.yaml:5:62: groups.h.order: "roundrobin" is not one of weighted_random, round_robin, hash; did you mean "round_robin"?)",
         R"(t.yaml:6:24: groups.i.order: "order" does not fit hedge; only rotate takes it)",
         R"(t.yaml:6:53: groups.i.uniform: "yes" is not one of true, false)",
         R"(t.yaml:7:6: groups.j: has no "upstreams"; add the names of its upstreams)",
         R"(t.yaml:8:47: groups.k.width: "2" is more than the upstreams of the group, 1)",
         R"(t.yaml:10:27: routes[0].group: "gg" is no group or upstream; did you mean "g"?)",
         R"(t.yaml:12:15: routes[2].suffix: "corp." has a route already, on line 11)",
         R"(t.yaml:13:15: routes[3].suffix: "*.corp." is a wildcard; a suffix covers what is below it anyway: write corp.)",
         R"(t.yaml:14:15: routes[4].suffix: "a..b" is no domain name: a label is empty)",
         R"(t.yaml:15:5: routes[5]: has no "group"; add the name of a group or an upstream)",
         R"(t.yaml:16:5: routes[6]: has no "suffix"; add a domain name, or "." for all)",
         R"(t.yaml:16:17: routes[6].sufix: "sufix" is no key here; allowed are suffix, group, dnssec; did you mean "suffix"?)",
         R"(t.yaml:17:5: routes[7]: expected a mapping, found a single value)"}}});
}

}  // namespace
}  // namespace tributary::policy
