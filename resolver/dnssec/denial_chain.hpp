#pragma once

#include <cstdint>
#include <optional>

#include "resolver/dnssec/denial_rdata.hpp"

namespace tributary::dnssec {

/// How far denial records prove something.
enum class Denied : std::uint8_t {
  no,          ///< They do not prove it.
  yes,         ///< They prove it.
  insecurely,  ///< All that they prove is that there may be an unsigned delegation: opt-out (RFC 5155 §6), or
               ///< more iterations than are computed (RFC 9276 §3.2). Good, but not secure.
  too_dear,  ///< The budget for hashes ended before it was known.
};

/// What the pieces of one zone's chain of NSEC or NSEC3 records that are at hand say of its names. Both kinds
/// answer the same three questions; the proofs are made from the answers (`Denial`).
///
/// A record of a delegation, or of a DNAME, says nothing of the names below its own (RFC 6840 §4.1).
class DenialChain {
 public:
  /// The longest existing ancestor of a name that does not exist (RFC 5155 §1.3).
  struct Encloser {
    dns::Name name;
    bool opt_out;  ///< There may be an unsigned delegation between it and the name (RFC 5155 §6).
  };

  virtual ~DenialChain() = default;

  /// The types at `name`, if it is proven to exist; none at an empty non-terminal.
  virtual std::optional<TypeBitmap> types_at(const dns::Name& name) const = 0;
  /// The closest encloser of `name`, if `name` is proven not to exist.
  virtual std::optional<Encloser> closest_encloser(const dns::Name& name) const = 0;
  /// Whether it is proven that nothing exists at `name` or below it: no, yes, or insecurely.
  virtual Denied absent(const dns::Name& name) const = 0;
};

/// NS without SOA: the record is of the parent's side of a zone cut (RFC 4035 §2.3).
bool is_delegation(const TypeBitmap& types);
/// Names below one with these types are not, or not in this form, in the zone.
bool hides_names_below(const TypeBitmap& types);
/// The wildcard that stands for names right below `encloser`. Requires: it is not too long, as it cannot be
/// if there is a name below `encloser`.
dns::Name wildcard_below(const dns::Name& encloser);

}  // namespace tributary::dnssec
