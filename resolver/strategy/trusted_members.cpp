#include "resolver/strategy/trusted_members.hpp"

namespace tributary::resolver {

std::vector<std::size_t> trusted_members(const std::vector<Group::Member>& members) {
  std::vector<std::size_t> trusted;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].upstream->channel() != Channel::clear) trusted.push_back(i);
  }
  return trusted;
}

}  // namespace tributary::resolver
