#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "dns/record.hpp"

namespace tributary::dns {

/// What a zone says to a question.
struct ZoneAnswer {
  enum class Kind {
    answer,      ///< Records of the type asked for, perhaps at the end of a CNAME chain inside the zone.
    cname_out,   ///< A CNAME or DNAME chain that leaves the zone, or leads to more than 11 links.
    delegation,  ///< The name lies below a zone cut: `authority` holds the NS records, `additional` their
                 ///< glue.
    no_data,     ///< The name exists, the type does not (an empty non-terminal too). SOA in `authority`.
    nx_domain,   ///< The name (or the end of the chain) does not exist. SOA in `authority`.
  };

  Kind kind = Kind::nx_domain;
  std::vector<Record> answer, authority, additional;
};

/// One zone in memory, answering by the algorithm of RFC 1034 §4.3.2 with the wildcards of RFC 4592, empty
/// non-terminals (RFC 8020 §2), DNAME (RFC 6672 §3.2), and DS at the parent's side of a cut (RFC 4035
/// §3.1.4.1).
///
/// Immutable once made: any number of threads may look up at once.
class Zone {
 public:
  /// Checks what every zone must fulfil: one SOA at `origin`, NS at `origin`, nothing outside `origin`, class
  /// IN, a CNAME alone at its name (RFC 2181 §10.1), at most one CNAME, no meta types. All errors are
  /// reported.
  static tl::expected<Zone, std::vector<std::string>> make(const Name& origin, std::vector<Record> records);

  const Name& origin() const { return origin_; }
  const Record& soa() const;
  std::size_t record_count() const { return record_count_; }

  /// Requires: name.is_within(origin()). ANY is answered with one RRset of the name (RFC 8482 §4.1).
  ZoneAnswer lookup(const Name& name, Type type) const;

 private:
  using RecordSet = std::vector<Record>;  // same owner and type
  using Node = std::map<Type, RecordSet>;

  explicit Zone(Name origin) : origin_(origin) {}

  Name origin_;
  std::map<Name, Node, CanonicalLess> nodes_;  // empty non-terminals are nodes without record sets
  std::size_t record_count_ = 0;
};

}  // namespace tributary::dns
