#pragma once

#include "policy/config.hpp"

namespace tributary::resolver {

/// `config` with what this host has to say put in: how many cores there are, the servers of resolv.conf.
policy::Config settled(policy::Config config);

}  // namespace tributary::resolver
