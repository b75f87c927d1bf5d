#pragma once

#include <vector>

#include "policy/config.hpp"
#include "policy/resolv_conf.hpp"
#include "resolver/admin/status.hpp"

namespace tributary::resolver {

/// What is wrong between this host's resolv.conf and a configuration, and what to do about it: groups that
/// were left without upstreams because the file names nobody else, and, where the C library asks Tributary
/// alone, that it keeps the result of validation from programs. Requires: `config` is settled.
std::vector<Status::Problem> resolv_conf_problems(const policy::ResolvConf& file,
                                                  const policy::Config& config);

}  // namespace tributary::resolver
