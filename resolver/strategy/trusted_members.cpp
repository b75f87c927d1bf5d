#include "resolver/strategy/trusted_members.hpp"

namespace tributary::resolver {

std::vector<std::size_t> trusted_members(const std::vector<Group::Member>& members) {
  std::vector<std::size_t> trusted;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& upstream = *members[i].upstream;
    if (upstream.channel() != Channel::clear && !upstream.health().disabled()) trusted.push_back(i);
  }
  return trusted;
}

}  // namespace tributary::resolver
