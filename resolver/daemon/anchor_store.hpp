#pragma once

#include <filesystem>
#include <set>
#include <vector>

#include "resolver/dnssec/anchor_rollover.hpp"

namespace tributary::resolver {

/// Keeps how far the keys of each trust point have been followed, in a file for each. Blocks.
class AnchorStore {
 public:
  /// The folder need not be there.
  explicit AnchorStore(std::filesystem::path state_directory) : folder_(std::move(state_directory)) {}

  /// What an earlier process has kept of `zone`, settled with what is configured now. A file that is damaged
  /// is set aside as FILE.damaged, with a warning; then, and without a file, following begins anew.
  dnssec::AnchorRollover load(const dns::Name& zone, const std::vector<dns::Record>& configured) const;
  /// Warns of failures: of a zone's first, and of its first after each success.
  void keep(const dnssec::AnchorRollover& followed);

  /// "anchors-example.": one for each zone, whatever octets its name has.
  std::filesystem::path file_of(const dns::Name& zone) const;

 private:
  std::filesystem::path folder_;
  std::set<std::filesystem::path> failing_;
};

}  // namespace tributary::resolver
