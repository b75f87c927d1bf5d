#include "resolver/daemon/route_socket.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace tributary::resolver {
namespace {

/// More than the kernel puts into one answer.
using Answer = std::array<std::uint8_t, 32768>;

/// A socket for requests, closed at the end. The kernel has the answer ready when a request has been sent.
class Requests {
 public:
  Requests() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)) {}
  ~Requests() {
    if (socket_ >= 0) close(socket_);
  }
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  template <typename Body>
  bool send(std::uint16_t type, std::uint16_t flags, const Body& body) {
    struct {
      nlmsghdr header;
      Body body;
    } request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    request.body = body;
    return ::send(socket_, &request, sizeof request, 0) == sizeof request;
  }

  /// The next part of the answer, empty if nothing is left.
  RouteMessages receive() {
    const auto size = recv(socket_, answer_.data(), answer_.size(), 0);
    return {answer_.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }

 private:
  int socket_;
  Answer answer_;
};

template <typename Octets>
struct RouteRequest {
  rtmsg fixed;
  rtattr destination_header;
  Octets destination;
};

template <typename Octets>
std::optional<Way> way_to(Requests& requests, std::uint8_t family, const Octets& destination) {
  RouteRequest<Octets> request{};
  request.fixed.rtm_family = family;
  request.fixed.rtm_dst_len = 8 * sizeof destination;
  request.destination_header = {RTA_LENGTH(sizeof destination), RTA_DST};
  request.destination = destination;
  if (!requests.send(RTM_GETROUTE, 0, request)) return std::nullopt;
  return way_in(requests.receive());
}

}  // namespace

tl::expected<int, std::string> open_route_socket() {
  const auto reason = [] { return std::generic_category().message(errno); };
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (socket < 0) return tl::unexpected("cannot open a netlink socket: " + reason());
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups =
      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  const auto error = "cannot listen to the kernel's route messages: " + reason();
  close(socket);
  return tl::unexpected(error);
}

NetworkState ask_for_state() {
  NetworkState out;
  Requests requests;
  const auto ask = [&](std::uint16_t type, const auto& body) {
    if (!requests.send(type, NLM_F_DUMP, body)) return;
    for (auto part = requests.receive(); !part.empty(); part = requests.receive()) out.take(part);
  };
  ask(RTM_GETLINK, ifinfomsg{});
  ask(RTM_GETADDR, ifaddrmsg{});
  return out;
}

std::vector<std::optional<Way>> ask_for_ways(const std::vector<asio::ip::address>& destinations) {
  std::vector<std::optional<Way>> out;
  Requests requests;
  for (const auto& each : destinations) {
    out.push_back(each.is_v4() ? way_to(requests, AF_INET, each.to_v4().to_bytes())
                               : way_to(requests, AF_INET6, each.to_v6().to_bytes()));
  }
  return out;
}

}  // namespace tributary::resolver
