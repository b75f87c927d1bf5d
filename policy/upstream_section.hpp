#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "policy/config.hpp"
#include "policy/config_fields.hpp"

namespace tributary::policy {

/// A zone upstream whose origin the routes must tell, and the field to complain of if they do not.
struct ZoneWithoutOrigin {
  std::size_t upstream;  ///< Index into UpstreamSection::upstreams.
  Field field;
};

struct UpstreamSection {
  std::vector<UpstreamConfig> upstreams;  ///< Those with errors too, so that their names are known.
  std::vector<ZoneWithoutOrigin> zones_without_origin;
};

/// Reads `upstreams`; without any, there is one that asks the system's servers. File names are relative to
/// `folder`; an upstream at one of the addresses of `listen` would make queries go in circles and is refused.
UpstreamSection read_upstreams(const Section& root, const std::filesystem::path& folder,
                               const std::vector<ListenConfig>& listen);

/// Complains of names of upstreams and groups that are not made of letters, digits, hyphens and underscores.
void check_name(const NamedField& field);

}  // namespace tributary::policy
