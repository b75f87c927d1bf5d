#pragma once

#include <vector>

#include "dns/record.hpp"
#include "policy/config.hpp"

namespace tributary::resolver {

/// What each upstream is probed with, in the order of the configuration: the name servers of the root if a
/// route of the root leads to it (or none at all); for one that serves parts of the name space only, the SOA
/// of the first of them.
std::vector<dns::Question> probe_questions(const policy::Config& config);

}  // namespace tributary::resolver
