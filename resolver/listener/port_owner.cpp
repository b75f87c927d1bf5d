// /proc/self/net/udp and its like list every socket of this network namespace with its local address, its
// user and its inode; the process that owns it has a link to "socket:[INODE]" among /proc/PID/fd. In the
// sandbox of the systemd unit other users' processes are out of sight, and so is /proc/net: then the user is
// all that is known.
#include "resolver/listener/port_owner.hpp"

#include <arpa/inet.h>
#include <pwd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
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

/// An IPv4 address can also be held by an IPv6 socket that serves both.
std::vector<fs::path> socket_tables(const policy::ListenConfig& listen) {
  const std::string table =
      listen.protocol == policy::ListenProtocol::udp ? "/proc/self/net/udp" : "/proc/self/net/tcp";
  if (listen.address.address.is_v6()) return {table + "6"};
  return {table, table + "6"};
}

/// The one of `sockets` that is open among `descriptors`; null if none is.
const HeldSocket* find_open(const fs::path& descriptors, const std::vector<HeldSocket>& sockets) {
  std::error_code error;
  for (fs::directory_iterator entry(descriptors, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unreadable;
    const auto link = fs::read_symlink(entry->path(), unreadable).string();
    const auto found = std::ranges::find(sockets, link, &HeldSocket::link);
    if (found != sockets.end()) return &*found;
  }
  return nullptr;
}

std::string user_name(uid_t user) {
  const auto* entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

std::optional<PortOwner> find_process(const std::vector<HeldSocket>& sockets) {
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) {
      continue;
    }
    const auto* socket = find_open(entry->path() / "fd", sockets);
    if (socket == nullptr) continue;
    PortOwner owner{socket->address, pid, "?", user_name(socket->user)};
    std::ifstream command(entry->path() / "comm");
    std::getline(command, owner.command);
    return owner;
  }
  return std::nullopt;
}

/// 15 characters are all that the kernel keeps of "systemd-resolved"; the user's name is as short.
bool is_systemd_resolved(const PortOwner& owner) {
  return owner.command == "systemd-resolve" || owner.user == "systemd-resolve";
}

std::string owner_text(const PortOwner& owner) {
  const auto* const resolved = is_systemd_resolved(owner) ? "systemd-resolved" : nullptr;
  if (!owner.pid) return resolved ? resolved : "a process of user " + owner.user;
  return (resolved ? resolved : owner.command) + (" (pid " + std::to_string(*owner.pid) + ")");
}

/// How the owner gives the port up.
std::string release_text(const std::optional<PortOwner>& owner) {
  if (owner && is_systemd_resolved(*owner))
    return "to have it give up the port: mkdir -p /etc/systemd/resolved.conf.d && printf "
           "'[Resolve]\\nDNSStubListener=no\\n' > /etc/systemd/resolved.conf.d/no-stub.conf && systemctl "
           "restart "
           "systemd-resolved";
  if (owner && owner->pid) return "stop it";
  return "find it with `ss -lnp` as root, and stop it";
}

}  // namespace

std::vector<HeldSocket> colliding_sockets(std::istream& table, const policy::ListenConfig& listen) {
  std::vector<HeldSocket> out;
  std::string line;
  std::getline(table, line);  // the heading
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, timeout, inode;
    uid_t user = 0;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
    if (listen.protocol == policy::ListenProtocol::tcp && state != tcp_listening) continue;
    const auto held = parse_socket_address(local);
    if (held && collide(*held, listen.address)) out.push_back({*held, user, "socket:[" + inode + "]"});
  }
  return out;
}

std::optional<PortOwner> find_port_owner(const policy::ListenConfig& listen) {
  for (const auto& file : socket_tables(listen)) {
    std::ifstream table(file);
    const auto held = colliding_sockets(table, listen);
    if (held.empty()) continue;
    if (auto owner = find_process(held)) return owner;
    return PortOwner{held.front().address, std::nullopt, "", user_name(held.front().user)};
  }
  return std::nullopt;
}

std::string taken_text(const policy::ListenConfig& listen, const std::optional<PortOwner>& owner) {
  std::string out = " is taken by " + (owner ? owner_text(*owner) : "a process that cannot be seen");
  const bool other_address = owner && owner->address != listen.address;
  if (other_address) out += ", which holds " + owner->address.to_text();
  out += listen.address.address.is_unspecified()
             ? ": listen on single addresses instead of all, as in listen: [\"udp://127.0.0.1:53\", "
               "\"tcp://127.0.0.1:53\"], or "
             : ": listen on another address, or ";
  return out + release_text(owner);
}

}  // namespace tributary::resolver
