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
    delegation,  ///< The name (or the end of the chain) lies below a zone cut: `authority` holds the NS
                 ///< records, `additional` their glue.
    no_data,     ///< The name exists, the type does not (an empty non-terminal too). SOA in `authority`.
    nx_domain,   ///< The name (or the end of the chain) does not exist. SOA in `authority`.
  };

  Kind kind = Kind::nx_domain;
  std::vector<Record> answer, authority, additional;
};

/// One zone in memory, answering by the algorithm of RFC 1034 §4.3.2 with the wildcards of RFC 4592, empty
/// non-terminals (RFC 8020 §2), DNAME (RFC 6672 §3.2), and DS at the parent's side of a cut (RFC 4035
/// §3.1.4.1). Records of DNSSEC are data like others: found only by who asks for their type. A name that a
/// DNAME makes too long (YXDOMAIN in RFC 6672 §2.2) does not exist: nx_domain with the DNAME in the answer.
///
/// Immutable once made: any number of threads may look up at once.
class Zone {
 public:
  /// Checks what every zone must fulfil: one SOA at `origin` and none elsewhere, NS at `origin`, nothing
  /// outside `origin`, class IN, well-formed RDATA, a CNAME alone at its name but for DNSSEC (RFC 2181 §10.1,
  /// RFC 4035 §2.5), at most one CNAME or DNAME at a name, no meta types. All errors are reported. Doubled
  /// records are kept once, and the least TTL of a record set counts (RFC 2181 §5).
  static tl::expected<Zone, std::vector<std::string>> make(const Name& origin, std::vector<Record> records);

  const Name& origin() const { return origin_; }
  const Record& soa() const;
  std::size_t record_count() const { return record_count_; }

  /// Requires: name.is_within(origin()). ANY is answered with one RRset of the name (RFC 8482 §4.1).
  ZoneAnswer lookup(const Name& name, Type type) const;

  friend bool operator==(const Zone&, const Zone&) = default;

 private:
  using RecordSet = std::vector<Record>;  // same owner and type
  using Node = std::map<Type, RecordSet>;

  class Lookup;

  explicit Zone(const Name& origin) : origin_(origin) {}
  void insert(Record record);
  void check(std::vector<std::string>& errors) const;
  const RecordSet* find(const Name& name, Type type) const;

  Name origin_;
  std::map<Name, Node, CanonicalLess> nodes_;  // empty non-terminals are nodes without record sets
  std::size_t record_count_ = 0;
};

}  // namespace tributary::dns
