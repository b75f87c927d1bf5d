#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "policy/config.hpp"

namespace tributary::policy {

/// One thing wrong in a configuration file. Lines and columns count from 1; 0 means the file as a whole.
struct ConfigError {
  std::string file;
  std::size_t line = 0, column = 0;
  std::string path;     ///< Of the key: "groups.public.strategy"
  std::string message;  ///< The value, what is allowed, and the nearest known key or name where one is near.

  std::string to_text() const;  ///< "tributary.yaml:4:13: groups.public.strategy: …"
};

/// Reads and checks a configuration file whole; reports every error in it, in the order of the file. Relative
/// file names in it are relative to its folder. Zone and CA files are only checked to be readable, not read;
/// the file of trust anchors is read.
tl::expected<Config, std::vector<ConfigError>> read_config(const std::filesystem::path& file);

/// The same for text already in memory; `file` is what errors call it and where relative names start.
tl::expected<Config, std::vector<ConfigError>> parse_config(std::string_view yaml,
                                                            const std::filesystem::path& file);

/// "udp://127.0.0.1:53", "tcp://[::1]:5300": an address, or a sentence that says what is wrong and what is
/// allowed.
tl::expected<ListenConfig, std::string> parse_listen_url(std::string_view url);

}  // namespace tributary::policy
