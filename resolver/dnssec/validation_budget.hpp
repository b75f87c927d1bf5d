#pragma once

#include <cstdint>

#include "base/counter.hpp"

namespace tributary::dnssec {

/// What one client query may cost in validation, everything that is done for it counted together, whoever
/// replied and however often it was begun anew: so that no zone can make a query dear (CVE-2023-50387,
/// CVE-2023-50868).
///
/// Not thread-safe: belongs to one query, on its worker's thread.
class ValidationBudget {
 public:
  ValidationBudget() = default;
  /// `checks` counts the signatures that are checked, and outlives the budget; null: nobody counts.
  explicit ValidationBudget(Counter* checks) : checks_(checks) {}

  static constexpr unsigned signature_points = 16;
  static constexpr unsigned hashes = 64;
  static constexpr unsigned upstream_queries = 32;

  /// A check of a signature may be made. It costs a point when it succeeds and two when it fails; one that
  /// makes a zone's keys or a delegation known, for all who come later, costs nothing.
  bool may_check() const { return points_ > 0; }
  void check_failed() {
    points_ -= points_ < 2 ? points_ : 2;
    has_failed_ = true;
  }
  void check_succeeded() { points_ -= points_ < 1 ? points_ : 1; }
  /// A signature was wrong: more checks may be what somebody wants to keep us busy with.
  bool has_failed() const { return has_failed_; }
  /// A signature is being checked, whatever it will cost.
  void checked() {
    if (checks_ != nullptr) checks_->add();
  }
  /// False if the hash must not be made.
  bool take_hash() { return take(hashes_); }
  bool take_query() { return take(queries_); }

  /// Nothing that costs was done yet. (Queries are left out: links cost them.)
  bool untouched() const { return points_ == signature_points && hashes_ == hashes; }
  bool exhausted() const { return points_ == 0 || hashes_ == 0 || queries_ == 0; }

 private:
  static bool take(unsigned& left) {
    if (left == 0) return false;
    --left;
    return true;
  }

  unsigned points_ = signature_points, hashes_ = hashes, queries_ = upstream_queries;
  bool has_failed_ = false;
  Counter* checks_ = nullptr;
};

}  // namespace tributary::dnssec
