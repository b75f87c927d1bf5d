#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "dns/name.hpp"
#include "dns/types.hpp"

namespace tributary::dns {

struct Question {
  Name name;
  Type type = Type::A;
  Class klass = Class::IN;

  friend bool operator==(const Question&, const Question&) = default;  // names without regard to case
};

enum class Section : std::uint8_t { answer, authority, additional };

/// One resource record. `rdata` is uncompressed wire format: no compression pointers in it.
struct Record {
  Name owner;
  Type type = Type::A;
  Class klass = Class::IN;
  std::uint32_t ttl = 0;  ///< Seconds, 0 to 2³¹−1 (RFC 2181 §8).
  std::vector<std::uint8_t> rdata;

  friend bool operator==(const Record&, const Record&) = default;
};

/// One line of presentation format, "www.example. 300 IN A 192.0.2.1".
std::string to_text(const Record& record);
/// Reads one such line; the error is ldns's sentence.
tl::expected<Record, std::string> parse_record(std::string_view line);

/// The name at the start of the RDATA of a CNAME, DNAME, NS or PTR record; nothing for another type or bad
/// RDATA.
std::optional<Name> target_of(const Record& record);
/// The TTL of a negative answer: min(the SOA's TTL, its MINIMUM field) (RFC 2308 §5). Nothing if not a valid
/// SOA.
std::optional<std::uint32_t> negative_ttl(const Record& soa);
/// The type that an RRSIG covers (RFC 4034 §3.1.1). Nothing for another type or bad RDATA.
std::optional<Type> covered_type(const Record& rrsig);

}  // namespace tributary::dns
