#pragma once

#include <vector>

#include "resolver/strategy/group.hpp"

namespace tributary::resolver {

/// Which of `members` a forger on the path cannot imitate: those over an authenticated channel, and those in
/// memory; disabled ones left out. None if there are none such: then their transports help themselves (UDP
/// goes over TCP).
std::vector<std::size_t> trusted_members(const std::vector<Group::Member>& members);

}  // namespace tributary::resolver
