#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cache/answer.hpp"
#include "dns/record.hpp"

namespace tributary::resolver {

/// What an answer says, as far as it is compared with what others say: no TTLs, no order, no signatures.
struct Statement {
  enum class Kind : std::uint8_t {
    data,      ///< There are records of the type asked for.
    alias,     ///< A CNAME chain without its end.
    nodata,    ///< The name exists, but has no such records.
    nxdomain,  ///< The name, or the one at the end of its chain, does not exist.
  };
  Kind kind = Kind::nodata;
  dns::Type type = dns::Type::A;                ///< Asked for.
  std::vector<dns::Name> chain;                 ///< The targets of its CNAMEs, in order.
  std::vector<std::vector<std::uint8_t>> data;  ///< RDATA of the type asked for.
};

/// Requires: `answer` is no failure.
Statement statement_of(const cache::Answer& answer);

/// Whether two answers to one question can both be true. Servers of one content network give different
/// addresses to different askers, so it is enough for data to share an address, an IPv4 /24 or IPv6 /48, any
/// record of another type, or the end of a CNAME chain. (So whoever forges an answer behind a true chain is
/// not found out.) Symmetric, but not transitive.
bool agree(const Statement& a, const Statement& b);

/// For logs: "192.0.2.1, 192.0.2.2", "NXDOMAIN", "no data". Long lists are cut.
std::string to_text(const Statement& statement);

}  // namespace tributary::resolver
