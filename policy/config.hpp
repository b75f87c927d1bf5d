#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <asio/ip/address.hpp>

#include "base/log.hpp"
#include "dns/name.hpp"
#include "dns/record.hpp"

namespace tributary::policy {

/// An address with a port, as both UDP and TCP understand it.
struct SocketAddress {
  asio::ip::address address;
  std::uint16_t port = 0;

  std::string to_text() const;  ///< "192.0.2.1:53", "[2001:db8::1]:53"
  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

struct Prefix {
  asio::ip::address network;  ///< Host bits are zero.
  std::uint8_t length = 0;

  /// The prefix of `length` bits that `address` lies in. Requires: length <= 32 (IPv4), 128 (IPv6).
  static Prefix of(const asio::ip::address& address, std::uint8_t length);
  bool contains(const asio::ip::address& address) const;  ///< IPv4-mapped IPv6 addresses count as IPv4.
  friend bool operator==(const Prefix&, const Prefix&) = default;
};

enum class ListenProtocol { udp, tcp };

struct ListenConfig {
  ListenProtocol protocol = ListenProtocol::udp;
  SocketAddress address;

  friend bool operator==(const ListenConfig&, const ListenConfig&) = default;
};

enum class UpstreamScheme {
  udp,        ///< udp://ADDRESS[:53]: plain DNS, TCP when truncated
  tcp,        ///< tcp://ADDRESS[:53]: plain DNS over TCP only
  https,      ///< https://HOST[:443]/PATH: DNS over HTTPS (RFC 8484)
  authority,  ///< authority://ADDRESS[:53]: an authoritative server, asked as udp but with RD cleared
  zone,       ///< zone:FILE: a master file, served from memory
  system,     ///< system: the servers of /etc/resolv.conf
};

enum class HttpMethod { post, get };

/// Where plain UDP queries leave from.
enum class PortMode {
  fresh,  ///< Each from a port of its own that cannot be foreseen (RFC 5452 §9.2).
  pool,   ///< From one of 64 such ports, renewed all the time: cheaper, for links that nobody can forge on.
};

struct UpstreamConfig {
  std::string name;
  UpstreamScheme scheme = UpstreamScheme::udp;
  std::optional<SocketAddress> address;          ///< udp, tcp, authority; https with an address as its host
  std::string host;                              ///< https: what the certificate must be for
  std::uint16_t port = 443;                      ///< https
  std::string path = "/dns-query";               ///< https
  HttpMethod method = HttpMethod::post;          ///< https
  std::vector<SocketAddress> bootstrap;          ///< https: plain DNS servers that know `host`
  std::optional<std::filesystem::path> ca_file;  ///< https: instead of the system's CAs
  std::filesystem::path zone_file;               ///< zone
  dns::Name zone_origin;      ///< zone: `origin`, else the suffix of the route that leads here
  std::string operator_name;  ///< Who runs it; upstreams of one operator are no independent voices.
  std::uint32_t weight = 1;
  PortMode ports = PortMode::fresh;  ///< udp, authority
  bool keep_warm =
      false;  ///< https (where it is the default), tcp: a connection is ready before anybody asks

  friend bool operator==(const UpstreamConfig&, const UpstreamConfig&) = default;
};

enum class StrategyKind { hedge, race, rotate, failover, fastest, consensus };
enum class RotateOrder { weighted_random, round_robin, hash };

struct GroupConfig {
  std::string name;
  std::vector<std::string> upstreams;  ///< Names; never empty. failover asks in this order.
  StrategyKind strategy = StrategyKind::hedge;
  std::size_t width = 2;   ///< race, consensus: how many are asked at once
  std::size_t quorum = 2;  ///< consensus: how many operators must agree
  RotateOrder order = RotateOrder::weighted_random;
  bool uniform = true;     ///< Its upstreams are interchangeable: an NXDOMAIN of one speaks for all.
  std::string fallback{};  ///< The zone upstream whose data is used when the others fail; empty: none.

  friend bool operator==(const GroupConfig&, const GroupConfig&) = default;
};

struct RouteConfig {
  dns::Name suffix;
  std::string group;     ///< The name of a group, or of an upstream that stands for a group of one.
  bool validate = true;  ///< False: what its names are answered with is not validated (`dnssec: off`).

  friend bool operator==(const RouteConfig&, const RouteConfig&) = default;
};

enum class DnssecMode {
  validate,    ///< Bogus answers are refused.
  permissive,  ///< Bogus answers are logged and counted, but served.
  off,         ///< Nothing is validated.
};

/// How far the wall clock is believed when the dates of signatures are judged.
enum class ClockTrust {
  guarded,  ///< As far as the kernel, the date of the build and the last good stamp vouch for it.
  trusted,  ///< Whatever it shows: something that the kernel does not know of keeps it right.
  ignored,  ///< Dates of signatures do not count.
};

struct DnssecConfig {
  DnssecMode mode = DnssecMode::validate;
  /// DS and DNSKEY records of class IN, no two alike, whose TTL is 0. Perhaps none.
  std::vector<dns::Record> trust_anchors;
  /// Below these names nothing is validated (RFC 7646), but for what a trust anchor below them covers.
  std::vector<dns::Name> negative_trust_anchors;
  bool sha1 = false;  ///< Signatures made with RSA and SHA-1 count.
  ClockTrust clock = ClockTrust::guarded;
  std::uint16_t max_nsec3_iterations = 0;  ///< More make a zone insecure (RFC 9276 §3.2).
  std::chrono::seconds max_bogus_ttl{};    ///< For so long a bogus result is remembered.

  friend bool operator==(const DnssecConfig&, const DnssecConfig&) = default;
};

struct CacheConfig {
  std::size_t bytes = 0;
  std::chrono::seconds max_ttl{}, max_negative_ttl{};
  std::chrono::seconds max_stale{};  ///< For so long after it expired an answer may be served (RFC 8767).
  bool persist = false;              ///< What is in it outlives the process, in the state directory.
  std::chrono::seconds persist_interval{};  ///< persist: between two times that it is saved

  friend bool operator==(const CacheConfig&, const CacheConfig&) = default;
};

struct UdpConfig {
  std::size_t queries_per_client = 0;  ///< That wait at the same time.

  friend bool operator==(const UdpConfig&, const UdpConfig&) = default;
};

struct TcpConfig {
  std::chrono::milliseconds idle_timeout{};
  std::size_t connections = 0, connections_per_client = 0, queries_per_connection = 0;

  friend bool operator==(const TcpConfig&, const TcpConfig&) = default;
};

struct TimeoutConfig {
  std::chrono::milliseconds query{};    ///< For all that is done for one client query.
  std::chrono::milliseconds attempt{};  ///< For one exchange with one upstream.
  std::chrono::milliseconds stale{};    ///< After this a client gets a stale answer, if there is one.

  friend bool operator==(const TimeoutConfig&, const TimeoutConfig&) = default;
};

/// Where clients' queries are logged, and how much of them.
struct QueryLogConfig {
  std::optional<std::filesystem::path> dnstap_socket, dnstap_file;  ///< At most one of the two.
  std::optional<std::filesystem::path> json;
  std::uint32_t sample = 1;                      ///< One in so many queries.
  std::uint8_t ipv4_bits = 32, ipv6_bits = 128;  ///< What is kept of clients' addresses.
  std::size_t queue = 0;                         ///< Octets that may wait to be written, for each worker.

  bool wanted() const { return dnstap_socket || dnstap_file || json; }
  friend bool operator==(const QueryLogConfig&, const QueryLogConfig&) = default;
};

/// How operators reach the daemon over HTTP.
struct AdminConfig {
  std::optional<SocketAddress> listen;  ///< A loopback address.
  std::optional<std::filesystem::path>
      socket;  ///< A Unix socket; nothing: the service manager's folder, if any.
  std::optional<std::filesystem::path> token_file;  ///< What changes over `listen` have to bear.

  friend bool operator==(const AdminConfig&, const AdminConfig&) = default;
};

/// Everything a configuration file says, defaults filled in, every reference resolved by name. A plain value.
struct Config {
  std::filesystem::path file;  ///< Where it was read.
  std::vector<ListenConfig> listen;
  std::vector<UpstreamConfig> upstreams;
  std::vector<GroupConfig> groups;  ///< Groups of one for upstreams that routes name directly are in it too.
  std::vector<RouteConfig> routes;  ///< Always one for the root.
  std::vector<Prefix> allow;        ///< Clients that are served; others are refused.
  CacheConfig cache;
  UdpConfig udp;
  TcpConfig tcp;
  TimeoutConfig timeouts;
  DnssecConfig dnssec;
  /// Where stays what outlives the process: the clock's last good stamp, the state of trust anchors (RFC
  /// 5011), the cache if it is to. Nothing: the service manager's, or the usual one.
  std::optional<std::filesystem::path> state_directory;
  std::size_t workers = 0;  ///< 0: one for each core that may be used.
  AdminConfig admin;
  QueryLogConfig query_log;
  log::Format log_format = log::Format::text;
  log::Level log_level = log::Level::info;
};

}  // namespace tributary::policy
