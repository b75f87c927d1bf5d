#include "resolver/transport/udp_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace tributary::resolver {
namespace {

/// More datagrams than a receive buffer of the usual size holds.
constexpr int most_queued = 1024;

asio::error_code last_error() {
  return {errno, asio::system_category()};
}

asio::error_code error_if(bool failed) {
  return failed ? last_error() : asio::error_code();
}

}  // namespace

tl::expected<UdpSocket, asio::error_code> UdpSocket::open(const asio::ip::udp& protocol) {
  const int descriptor = socket(protocol.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return tl::unexpected(last_error());
  return UdpSocket(descriptor, protocol);
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), protocol_(other.protocol_) {}

UdpSocket::~UdpSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

asio::error_code UdpSocket::bind(std::uint16_t port) {
  const Endpoint local(protocol_, port);
  return error_if(::bind(descriptor_, local.data(), static_cast<socklen_t>(local.size())) != 0);
}

asio::error_code UdpSocket::connect(const Endpoint& server) {
  return error_if(::connect(descriptor_, server.data(), static_cast<socklen_t>(server.size())) != 0);
}

void UdpSocket::disconnect() {
  const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
  ::connect(descriptor_, &nobody, sizeof nobody);
  std::uint8_t octet = 0;
  for (int left = most_queued; left > 0; --left) {
    if (recv(descriptor_, &octet, sizeof octet, 0) < 0 && errno == EAGAIN) return;
  }
}

asio::error_code UdpSocket::hear_errors() {
  const int on = 1;
  const bool v4 = protocol_ == asio::ip::udp::v4();
  return error_if(setsockopt(descriptor_, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &on,
                             sizeof on) != 0);
}

asio::ip::address UdpSocket::local_address_towards(const Endpoint& server) {
  auto socket = open(server.protocol());
  Endpoint local;
  socklen_t size = static_cast<socklen_t>(local.capacity());
  if (!socket || socket->connect(server)) return {};
  if (getsockname(socket->descriptor_, local.data(), &size) != 0) return {};
  return local.address();
}

asio::error_code UdpSocket::send(std::span<const std::uint8_t> datagram) {
  return error_if(::send(descriptor_, datagram.data(), datagram.size(), 0) < 0);
}

asio::error_code UdpSocket::send_to(std::span<const std::uint8_t> datagram, const Endpoint& server) {
  return error_if(sendto(descriptor_, datagram.data(), datagram.size(), 0, server.data(),
                         static_cast<socklen_t>(server.size())) < 0);
}

UdpSocket::Datagram UdpSocket::receive(std::span<std::uint8_t> space, const Endpoint& server) {
  Endpoint from;
  socklen_t from_size = static_cast<socklen_t>(from.capacity());
  // With MSG_TRUNC the size is that of the datagram, not of what fitted.
  const auto size = recvfrom(descriptor_, space.data(), space.size(), MSG_TRUNC, from.data(), &from_size);
  if (size < 0 && errno == EAGAIN) return std::nullopt;
  if (size < 0) {
    const auto error = last_error();
    // What the error was about waits in a queue of its own, and would keep the socket readable.
    recv(descriptor_, space.data(), space.size(), MSG_ERRQUEUE);
    return tl::unexpected(error);
  }
  if (from != server || static_cast<std::size_t>(size) > space.size()) return std::nullopt;
  return space.first(static_cast<std::size_t>(size));
}

}  // namespace tributary::resolver
