#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tributary::resolver {

/// A request as HTTP/2 sends it. Field names are lower case (RFC 9113 §8.2).
struct Http2Request {
  std::string method;
  std::string authority;  ///< "dns.example" or "dns.example:8443"
  std::string path;       ///< With the query part, if any.
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<std::uint8_t> body;
};

/// A complete final response: those of its fields that matter for DNS, as sent.
struct Http2Response {
  int status = 0;
  std::string content_type;
  std::optional<std::string> age, retry_after, date;
  std::vector<std::uint8_t> body;
};

}  // namespace tributary::resolver
