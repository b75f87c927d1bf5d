#include "policy/resolv_conf.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "policy/address_text.hpp"

namespace tributary::policy {
namespace {

constexpr std::uint16_t dns_port = 53;

/// A keyword must be at the very beginning of its line; comments begin with ; or #.
void read_line(const std::string& line, ResolvConf& out) {
  if (line.empty() || line.front() == ' ' || line.front() == '\t') return;
  std::istringstream words(line);
  std::string keyword, word;
  words >> keyword;
  if (keyword == "nameserver" && words >> word) {
    if (const auto address = parse_address(word)) out.servers.push_back({*address, dns_port});
  }
  if (keyword != "options") return;
  while (words >> word) out.trust_ad |= word == "trust-ad";
}

}  // namespace

ResolvConf parse_resolv_conf(std::string_view text) {
  ResolvConf out;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) read_line(line, out);
  if (out.servers.empty()) out.servers.push_back({asio::ip::address_v4::loopback(), dns_port});
  return out;
}

ResolvConf read_resolv_conf(const std::filesystem::path& file) {
  std::ifstream in(file);
  return parse_resolv_conf(std::string{std::istreambuf_iterator<char>(in), {}});
}

}  // namespace tributary::policy
