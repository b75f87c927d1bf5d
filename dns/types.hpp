#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tributary::dns {

/// Resource record types by their IANA names; any other value is allowed too (RFC 3597).
enum class Type : std::uint16_t {
  A = 1,
  NS = 2,
  MD = 3,
  MF = 4,
  CNAME = 5,
  SOA = 6,
  MB = 7,
  MG = 8,
  MR = 9,
  PTR = 12,
  HINFO = 13,
  MINFO = 14,
  MX = 15,
  TXT = 16,
  RP = 17,
  AFSDB = 18,
  RT = 21,
  SIG = 24,
  PX = 26,
  AAAA = 28,
  NXT = 30,
  SRV = 33,
  NAPTR = 35,
  KX = 36,
  DNAME = 39,
  OPT = 41,
  DS = 43,
  RRSIG = 46,
  NSEC = 47,
  DNSKEY = 48,
  NSEC3 = 50,
  NSEC3PARAM = 51,
  SVCB = 64,
  HTTPS = 65,
  NXNAME = 128,
  TKEY = 249,
  TSIG = 250,
  IXFR = 251,
  AXFR = 252,
  MAILB = 253,
  MAILA = 254,
  ANY = 255,
};

enum class Class : std::uint16_t { IN = 1, CH = 3, HS = 4, NONE = 254, ANY = 255 };

enum class Opcode : std::uint8_t { QUERY = 0, IQUERY = 1, STATUS = 2, NOTIFY = 4, UPDATE = 5, DSO = 6 };

/// Response codes, those of EDNS included (RFC 6895 §2.3).
enum class Rcode : std::uint16_t {
  NOERROR = 0,
  FORMERR = 1,
  SERVFAIL = 2,
  NXDOMAIN = 3,
  NOTIMP = 4,
  REFUSED = 5,
  YXDOMAIN = 6,
  YXRRSET = 7,
  NXRRSET = 8,
  NOTAUTH = 9,
  NOTZONE = 10,
  BADVERS = 16,
  BADCOOKIE = 23,
};

/// Codes of the Extended DNS Error option (RFC 8914 §5.2).
enum class ExtendedError : std::uint16_t {
  other = 0,
  stale_answer = 3,
  forged_answer = 4,
  dnssec_indeterminate = 5,
  dnssec_bogus = 6,
  signature_expired = 7,
  signature_not_yet_valid = 8,
  dnskey_missing = 9,
  rrsigs_missing = 10,
  nsec_missing = 12,
  cached_error = 13,
  not_ready = 14,
  blocked = 15,
  prohibited = 18,
  stale_nxdomain_answer = 19,
  not_authoritative = 20,
  not_supported = 21,
  no_reachable_authority = 22,
  network_error = 23,
  invalid_data = 24,
};

/// "AAAA", or "TYPE65280" for a type without a name here (RFC 3597 §5).
std::string to_text(Type type);
std::string to_text(Class klass);
std::string to_text(Rcode rcode);

/// Reads what `to_text` writes, in any case; every type that ldns knows is accepted.
std::optional<Type> parse_type(std::string_view text);
std::optional<Class> parse_class(std::string_view text);

/// True for OPT, TSIG, ANY, AXFR and the like: types that exist in queries or messages, never as stored data
/// (RFC 6895 §3.1).
bool is_meta_type(Type type);

}  // namespace tributary::dns
