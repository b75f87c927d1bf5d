#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/siphash.hpp"
#include "cache/entry.hpp"
#include "cache/host_time.hpp"

namespace tributary::cache {

// The octets of a cache file: docs/cache-file.md tells the format, and what its checksums are for. Pure
// functions.

/// What is said of a cache file as a whole.
struct DumpHeader {
  struct Group {
    std::string name;
    std::uint64_t fingerprint = 0;  ///< Of what its answers depend on; another one makes them worth nothing.
    std::uint16_t number = 0;       ///< What records (and keys of the cache) name it by.

    friend bool operator==(const Group&, const Group&) = default;
  };

  HostTime written;
  std::uint64_t trust = 0;  ///< Fingerprint of what validation rested on.
  std::vector<Group> groups;
  std::vector<std::string> upstreams;

  friend bool operator==(const DumpHeader&, const DumpHeader&) = default;
};

/// One answer out of a file. Its octets have not been looked into.
struct DumpedAnswer {
  std::span<const std::uint8_t> message;  ///< With TTLs as they were when it was stored.
  WallTime stored{};                      ///< By the clocks of the header.
  std::uint16_t group = 0;                ///< The number of one of DumpHeader::groups.
  bool checking_disabled = false;
  Rank rank = Rank::clear;  ///< Never a failure.
  Security security = Security::unchecked;
  UpstreamPlace upstream = UpstreamPlace::none;  ///< Place in DumpHeader::upstreams.
};

namespace dump {

using Octets = std::vector<std::uint8_t>;

/// What the file begins with: magic, version, size and checksum of the body.
inline constexpr std::size_t head_size = 8 + 2 + 4 + 8;
/// What each record begins with: mark, size and checksum of the body.
inline constexpr std::size_t record_head_size = 4 + 4 + 8;
inline constexpr std::size_t most_header_body = std::size_t{16} << 20;
inline constexpr std::size_t least_record_body = 14, most_record_body = least_record_body + 65535;
inline constexpr std::uint32_t record_mark = 0xDA5CAC4E;
/// No clock shows more: the year 10000.
inline constexpr WallTime end_of_time{253'402'300'800'000};

/// The checksums of a file's records depend on its header, so that no record of another file is taken for one
/// of it.
struct HeaderOctets {
  Octets octets;
  SipKey records;  ///< What `append_record` needs.
};
HeaderOctets write_header(const DumpHeader& header);
/// `stored` as in DumpedAnswer. Requires: `entry` is no failure.
void append_record(Octets& out, const SipKey& key, const EntryView& entry, WallTime stored);

/// The size of the body that `head` announces; or what is wrong with it: "is no cache file". Requires:
/// head_size octets.
tl::expected<std::size_t, std::string> header_body_size(std::span<const std::uint8_t> head);
struct ReadHeader {
  DumpHeader header;
  SipKey records;
};
/// Requires: the octets are head and body. Nothing if they are damaged.
std::optional<ReadHeader> read_header(std::span<const std::uint8_t> octets);

/// The size of the body that `head` announces: nothing if there is no record. Requires: record_head_size
/// octets.
std::optional<std::size_t> record_body_size(std::span<const std::uint8_t> head);
/// Requires: the octets are head and body. Nothing if they are damaged.
std::optional<DumpedAnswer> read_record(std::span<const std::uint8_t> octets, const SipKey& key);

}  // namespace dump
}  // namespace tributary::cache
