#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tributary::resolver {

/// What makes a group's answers what they are. While it stays the same, so does the group's number, and with
/// it all that the cache has from the group.
struct GroupIdentity {
  std::string name;
  std::uint64_t trust = 0;               ///< A number of what is validated with.
  std::vector<std::uint64_t> upstreams;  ///< Numbers that no two different upstreams share, in order.
  bool uniform = true;
  std::size_t quorum = 0;                ///< 0: one upstream is enough.
  std::vector<std::string> operators{};  ///< Of the upstreams, where a quorum of them counts.

  friend bool operator==(const GroupIdentity&, const GroupIdentity&) = default;
};

/// Gives out the numbers that keys name groups by: each once, until all 65,536 were given out.
class GroupNumbers {
 public:
  /// One that is not among `taken`. Requires: fewer than 65,536 are.
  std::uint16_t next(const std::set<std::uint16_t>& taken);
  /// True once after all were given out: what is kept under other numbers than those that are taken belongs
  /// to groups that are gone, and has to be dropped before the next numbers are used.
  bool began_anew() { return std::exchange(began_anew_, false); }

 private:
  std::uint16_t next_ = 0;
  bool began_anew_ = false;
};

}  // namespace tributary::resolver
