#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "dns/record.hpp"

namespace tributary::dns {

/// What is wrong in a master file. `line` counts from 1; 0 means the file as a whole (it cannot be read).
struct MasterFileError {
  std::filesystem::path file;
  std::size_t line = 0;
  std::string message;

  std::string to_text() const;  ///< "home.zone:12: …"
};

/// Reads a master file (RFC 1035 §5, $TTL of RFC 2308 §4), its RDATA through ldns. `origin` completes
/// relative names until an $ORIGIN line. A record without a TTL gets that of the last $TTL line, or 3600 s
/// before the first (as in NSD); without a class it gets IN. All errors are reported, not only the first; a
/// record that spans lines is named by its first. $INCLUDE is refused by name.
tl::expected<std::vector<Record>, std::vector<MasterFileError>> read_master_file(
    const std::filesystem::path& file, const Name& origin);

}  // namespace tributary::dns
