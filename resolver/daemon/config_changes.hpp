#pragma once

#include <string>
#include <vector>

#include "policy/config.hpp"

namespace tributary::resolver {

/// What is to be listened on now, and what no more.
struct ListenChanges {
  std::vector<policy::ListenConfig> opened, closed;
};
/// An address that is named twice counts twice.
ListenChanges listen_changes(const std::vector<policy::ListenConfig>& running,
                             const std::vector<policy::ListenConfig>& next);

/// Puts into `next` what only a restart changes, as `running` has it. Returns a sentence for each setting
/// that would have changed.
std::vector<std::string> keep_until_restart(policy::Config& next, const policy::Config& running);

/// What `next` changes, a sentence each, for the operator; empty if nothing changes.
std::vector<std::string> changes(const policy::Config& running, const policy::Config& next);

}  // namespace tributary::resolver
