// /proc/net/udp and its like list every socket of this network namespace with its local address and its
// inode; the process that owns it has a link to "socket:[INODE]" among /proc/PID/fd.
#include "resolver/listener/port_owner.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

namespace tributary::resolver {
namespace {

namespace fs = std::filesystem;
using asio::ip::address;

constexpr std::string_view tcp_listening = "0A";

/// "0100007F" or 32 digits: words of four octets, each printed as a number of the host's byte order.
std::optional<address> parse_address(std::string_view digits) {
  asio::ip::address_v6::bytes_type octets{};
  if (digits.size() != 8 && digits.size() != 32) return std::nullopt;
  for (std::size_t word = 0; word < digits.size() / 8; ++word) {
    std::uint32_t value = 0;
    const char* const first = digits.data() + 8 * word;
    if (std::from_chars(first, first + 8, value, 16).ptr != first + 8) return std::nullopt;
    std::memcpy(octets.data() + 4 * word, &value, sizeof value);
  }
  if (digits.size() == 8) return asio::ip::address_v4({octets[0], octets[1], octets[2], octets[3]});
  const asio::ip::address_v6 v6(octets);
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6);
  return v6;
}

/// "0100007F:0035"
std::optional<policy::SocketAddress> parse_socket_address(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto parsed = parse_address(text.substr(0, colon));
  std::uint16_t port = 0;
  const auto end = text.data() + text.size();
  if (!parsed || std::from_chars(text.data() + colon + 1, end, port, 16).ptr != end) return std::nullopt;
  return policy::SocketAddress{*parsed, port};
}

bool collide(const policy::SocketAddress& held, const policy::SocketAddress& wanted) {
  return held.port == wanted.port &&
         (held.address == wanted.address || held.address.is_unspecified() || wanted.address.is_unspecified());
}

/// The links in /proc/PID/fd of the sockets in `table` that collide with `listen`.
std::set<std::string> colliding_sockets(const fs::path& table, const policy::ListenConfig& listen) {
  std::set<std::string> links;
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
    if (listen.protocol == policy::ListenProtocol::tcp && state != tcp_listening) continue;
    const auto held = parse_socket_address(local);
    if (held && collide(*held, listen.address)) links.insert("socket:[" + inode + "]");
  }
  return links;
}

/// An IPv4 address can also be held by an IPv6 socket that serves both.
std::vector<fs::path> socket_tables(const policy::ListenConfig& listen) {
  const std::string table =
      listen.protocol == policy::ListenProtocol::udp ? "/proc/net/udp" : "/proc/net/tcp";
  if (listen.address.address.is_v6()) return {table + "6"};
  return {table, table + "6"};
}

bool has_any(const fs::path& descriptors, const std::set<std::string>& links) {
  std::error_code error;
  for (fs::directory_iterator entry(descriptors, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unreadable;
    if (links.contains(fs::read_symlink(entry->path(), unreadable).string())) return true;
  }
  return false;
}

std::optional<PortOwner> find_process(const std::set<std::string>& links) {
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) {
      continue;
    }
    if (!has_any(entry->path() / "fd", links)) continue;
    PortOwner owner{pid, "?"};
    std::ifstream command(entry->path() / "comm");
    std::getline(command, owner.command);
    return owner;
  }
  return std::nullopt;
}

}  // namespace

std::optional<PortOwner> find_port_owner(const policy::ListenConfig& listen) {
  for (const auto& table : socket_tables(listen)) {
    const auto links = colliding_sockets(table, listen);
    if (links.empty()) continue;
    if (auto owner = find_process(links)) return owner;
  }
  return std::nullopt;
}

}  // namespace tributary::resolver
