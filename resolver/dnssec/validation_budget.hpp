#pragma once

#include <cstdint>

namespace tributary::dnssec {

/// What one client query may cost in validation, everything that is done for it counted together, whoever
/// replied and however often it was begun anew: so that no zone can make a query dear (CVE-2023-50387,
/// CVE-2023-50868).
///
/// Not thread-safe: belongs to one query, on its worker's thread.
class ValidationBudget {
 public:
  static constexpr unsigned signature_points = 16;
  static constexpr unsigned hashes = 64;
  static constexpr unsigned upstream_queries = 32;

  /// A check of a signature may be made. It costs a point when it succeeds and two when it fails; one that
  /// makes a zone's keys or a delegation known, for all who come later, costs nothing.
  bool may_check() const { return points_ > 0; }
  void check_failed() { points_ -= points_ < 2 ? points_ : 2; }
  void check_succeeded() { points_ -= points_ < 1 ? points_ : 1; }
  void checked() { ++checks_; }
  /// False if the hash must not be made.
  bool take_hash() { return take(hashes_); }
  bool take_query() { return take(queries_); }

  bool exhausted() const { return points_ == 0 || hashes_ == 0 || queries_ == 0; }
  /// Signatures that were checked, whatever they cost.
  unsigned checks() const { return checks_; }

 private:
  static bool take(unsigned& left) {
    if (left == 0) return false;
    --left;
    return true;
  }

  unsigned points_ = signature_points, hashes_ = hashes, queries_ = upstream_queries, checks_ = 0;
};

}  // namespace tributary::dnssec
