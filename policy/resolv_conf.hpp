#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "policy/config.hpp"

namespace tributary::policy {

/// What concerns us of resolv.conf(5), the file by which the C library finds its servers.
struct ResolvConf {
  std::vector<SocketAddress> servers;  ///< Never empty: without any, the C library asks 127.0.0.1.
  bool trust_ad = false;               ///< `options trust-ad`: programs are shown the AD bit of replies.

  friend bool operator==(const ResolvConf&, const ResolvConf&) = default;
};

/// Lines that make no sense are passed over, as the C library does. Of what names the interface of a
/// link-local address (fe80::1%eth0), the interface must exist.
ResolvConf parse_resolv_conf(std::string_view text);

/// A file that cannot be read counts as an empty one.
ResolvConf read_resolv_conf(const std::filesystem::path& file = "/etc/resolv.conf");

}  // namespace tributary::policy
