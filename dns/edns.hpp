#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dns/types.hpp"

namespace tributary::dns {

/// Option codes that Tributary knows (IANA registry "DNS EDNS0 Option Codes").
enum class OptionCode : std::uint16_t { cookie = 10, padding = 12, extended_error = 15 };

/// The largest UDP payload that is sent or asked for: fits every path without fragments (DNS Flag Day 2020).
inline constexpr std::uint16_t udp_payload_limit = 1232;
/// What a client without EDNS can take over UDP (RFC 1035 §4.2.1).
inline constexpr std::uint16_t classic_udp_payload = 512;

/// The EDNS options of a message, still in wire format; a view into it.
class EdnsOptions {
 public:
  EdnsOptions() = default;
  explicit EdnsOptions(std::span<const std::uint8_t> rdata) : rdata_(rdata) {}

  /// More than anybody sends. RFC 6891 knows no limit, but a message full of empty options would cost more to
  /// look through than to answer.
  static constexpr std::size_t most = 32;

  /// True if the options fill the RDATA exactly (RFC 6891 §6.1.2), and are at most `most`.
  bool well_formed() const;
  /// The data of the first option with `code`. Requires: well_formed().
  std::optional<std::span<const std::uint8_t>> find(OptionCode code) const;

 private:
  std::span<const std::uint8_t> rdata_;
};

/// An OPT record (RFC 6891 §6.1) as read from a message. `options` points into the message.
struct EdnsView {
  std::uint16_t udp_payload = classic_udp_payload;  ///< At least 512: less counts as 512 (RFC 6891 §6.2.3).
  std::uint8_t version = 0;
  bool dnssec_ok = false;
  std::uint8_t extended_rcode = 0;  ///< The upper eight bits of the RCODE.
  EdnsOptions options;
};

struct ExtendedErrorOption {
  ExtendedError code = ExtendedError::other;
  std::string text;  ///< EXTRA-TEXT: UTF-8, not terminated; may be empty.

  friend bool operator==(const ExtendedErrorOption&, const ExtendedErrorOption&) = default;
};

/// The first EDE option of a message, if it is well-formed (RFC 8914 §2). A text that is not UTF-8 is left
/// out. Requires: options.well_formed().
std::optional<ExtendedErrorOption> extended_error(const EdnsOptions& options);

/// An OPT record to be written.
struct Edns {
  std::uint16_t udp_payload = udp_payload_limit;
  std::uint8_t version = 0;
  bool dnssec_ok = false;
  std::span<const std::uint8_t> options;  ///< Wire format, borrowed; made by the functions below.
};

/// Writes one option to the start of `out`, and returns its size. Requires: room for data and four octets;
/// data is at most 65535 octets long.
std::size_t write_option(std::span<std::uint8_t> out, OptionCode code, std::span<const std::uint8_t> data);
/// Requires: data (for an extended error its text and two octets more) is at most 65535 octets long.
void append_option(std::vector<std::uint8_t>& options, OptionCode code, std::span<const std::uint8_t> data);
void append_extended_error(std::vector<std::uint8_t>& options, const ExtendedErrorOption& error);

}  // namespace tributary::dns
