#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/decide.hpp"

namespace tributary::policy {
namespace {

/// Zones without names of their own: whatever lies below them does not exist.
constexpr std::array empty_zones = std::to_array<std::string_view>({
    "invalid.",    // RFC 6761 §6.4
    "test.",       // RFC 6761 §6.2
    "onion.",      // RFC 7686 §2
    "local.",      // RFC 6762 §22.1
    "home.arpa.",  // RFC 8375 §4

    // RFC 6303 §4.1: private IPv4 addresses; 16 to 31.172 follow by number
    "10.in-addr.arpa.", "168.192.in-addr.arpa.",

    // RFC 6303 §4.2: other IPv4 addresses of special use; 127 has a name of its own
    "0.in-addr.arpa.", "254.169.in-addr.arpa.", "2.0.192.in-addr.arpa.", "100.51.198.in-addr.arpa.",
    "113.0.203.in-addr.arpa.", "255.255.255.255.in-addr.arpa.",

    // RFC 6303 §4.3: the unspecified IPv6 address; ::1 has a name of its own
    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
    "d.f.ip6.arpa.",              // RFC 6303 §4.4
    "8.e.f.ip6.arpa.",            // RFC 6303 §4.5
    "9.e.f.ip6.arpa.",            //
    "a.e.f.ip6.arpa.",            //
    "b.e.f.ip6.arpa.",            //
    "8.b.d.0.1.0.0.2.ip6.arpa.",  // RFC 6303 §4.6
});

/// A record of a zone with contents; an owner with a final dot is whole, others are relative to the zone.
struct SpecialRecord {
  std::string_view zone, owner, type_and_data;
};

constexpr std::array special_records = std::to_array<SpecialRecord>({
    // RFC 6761 §6.3: every address query below localhost finds the loopback address.
    {"localhost.", "", "A 127.0.0.1"},
    {"localhost.", "", "AAAA ::1"},
    {"localhost.", "*.", "A 127.0.0.1"},
    {"localhost.", "*.", "AAAA ::1"},
    {"127.in-addr.arpa.", "1.0.0.", "PTR localhost."},
    {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.", "", "PTR localhost."},

    // RFC 8880 §7; their parent 0.0.192.in-addr.arpa is an ordinary zone.
    {"ipv4only.arpa.", "", "A 192.0.0.170"},
    {"ipv4only.arpa.", "", "A 192.0.0.171"},
    {"170.0.0.192.in-addr.arpa.", "", "PTR ipv4only.arpa."},
    {"171.0.0.192.in-addr.arpa.", "", "PTR ipv4only.arpa."},

    // RFC 9462 §6.4: NODATA for all names below. The record makes their wildcard an empty non-terminal
    // (RFC 4592 §2.2.2), which is what they match.
    {"resolver.arpa.", "empty.*.", "TXT \"\""},
});

class ZoneBuilder {
 public:
  explicit ZoneBuilder(std::string origin) : origin_(std::move(origin)) {
    // RFC 6303 §3
    add("", "SOA " + origin_ + " nobody.invalid. 1 3600 1200 604800 10800");
    add("", "NS " + origin_);
  }

  const std::string& origin() const { return origin_; }
  void add(std::string_view owner, std::string_view type_and_data) {
    records_.push_back(
        dns::parse_record(std::string(owner).append(origin_).append(" 10800 IN ").append(type_and_data))
            .value());
  }
  dns::Zone build() && {
    return dns::Zone::make(dns::Name::parse(origin_).value(), std::move(records_)).value();
  }

 private:
  std::string origin_;
  std::vector<dns::Record> records_;
};

void add_numbered(std::vector<dns::Zone>& zones, int first, int last, std::string_view parent) {
  for (int number = first; number <= last; ++number)
    zones.push_back(ZoneBuilder(std::to_string(number).append(parent)).build());
}

}  // namespace

std::vector<dns::Zone> special_zones() {
  std::vector<dns::Zone> zones;
  for (const auto origin : empty_zones) zones.push_back(ZoneBuilder(std::string(origin)).build());
  add_numbered(zones, 16, 31, ".172.in-addr.arpa.");   // RFC 6303 §4.1
  add_numbered(zones, 64, 127, ".100.in-addr.arpa.");  // RFC 7793

  for (auto record = special_records.begin(); record != special_records.end();) {
    ZoneBuilder builder{std::string(record->zone)};
    for (; record != special_records.end() && record->zone == builder.origin(); ++record)
      builder.add(record->owner, record->type_and_data);
    zones.push_back(std::move(builder).build());
  }
  return zones;
}

}  // namespace tributary::policy
