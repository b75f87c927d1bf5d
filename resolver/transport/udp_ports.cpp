#include "resolver/transport/udp_ports.hpp"

#include <utility>

namespace tributary::resolver {

std::uint16_t draw_port(Random& random) {
  constexpr std::uint32_t first = 1024;
  return static_cast<std::uint16_t>(first + random.below(65536 - first));
}

bool is_taken(const asio::error_code& error) {
  return error == asio::error::address_in_use || error == asio::error::access_denied;
}

PortSocket::Opened PortSocket::open(UdpServer& server, std::uint16_t port) {
  auto socket = UdpSocket::open(server.endpoint.protocol());
  if (!socket) return tl::unexpected(socket.error());
  if (port != 0) {
    if (const auto error = socket->bind(port)) return tl::unexpected(error);
  }
  std::unique_ptr<PortSocket> out(new PortSocket(std::move(*socket), server, port != 0));
  if (!server.poller.add(out->socket_.descriptor(), *out)) return tl::unexpected(asio::error::no_memory);
  return out;
}

PortSocket::PortSocket(UdpSocket socket, UdpServer& server, bool bound)
    : socket_(std::move(socket)),
      server_(server),
      number_(++server.sockets_made),
      next_socket_(std::exchange(server.sockets, this)),
      link_(&server.sockets),
      bound_(bound) {
  if (next_socket_ != nullptr) next_socket_->link_ = &next_socket_;
}

PortSocket::~PortSocket() {
  *link_ = next_socket_;
  if (next_socket_ != nullptr) next_socket_->link_ = link_;
  server_.poller.forget(*this);
}

/// Rings on the event loop: nobody runs, and no socket goes, while the lists are walked.
void UdpServer::interrupt(const asio::error_code& error) {
  for (PortSocket* socket = sockets; socket != nullptr; socket = socket->next_socket_) {
    for (UdpPort* port = socket->first_; port != nullptr; port = port->next_) {
      if (!port->arrived_.awaited()) continue;
      port->arrival_ = tl::unexpected(error);
      port->arrived_.ring_soon();
    }
  }
}

asio::error_code PortSocket::connect() {
  const auto error = socket_.connect(server_.endpoint);
  connected_ = !error;
  return error;
}

asio::error_code PortSocket::send(std::span<const std::uint8_t> query) {
  return connected_ ? socket_.send(query) : socket_.send_to(query, server_.endpoint);
}

UdpPort* PortSocket::find(std::uint16_t id) const {
  UdpPort* port = first_;
  while (port != nullptr && port->id_ != id) port = port->next_;
  return port;
}

void PortSocket::on_readable() {
  const auto datagram = socket_.receive(server_.space, server_.endpoint);
  if (!datagram) return tell_all(datagram.error());
  if (!*datagram) return;
  const auto octets = **datagram;
  UdpPort* const port =
      octets.size() < 2 ? nullptr : find(static_cast<std::uint16_t>(octets[0] << 8 | octets[1]));
  if (port == nullptr) server_.strays.add();
  if (port == nullptr || !port->hand_over(octets)) unclaimed(octets);
}

void PortSocket::unclaimed(std::span<const std::uint8_t> datagram) {
  const auto* first = server_.on_second ? server_.recent.find(number_, datagram) : nullptr;
  if (first != nullptr) server_.on_second(*first, datagram);
}

/// Each one that is told leaves; the last may take this socket along.
void PortSocket::tell_all(const asio::error_code& error) {
  for (UdpPort* port = first_; port != nullptr;) {
    UdpPort* const next = port->next_;
    port->hand_over(tl::unexpected(error));
    port = next;
  }
}

UdpPort::~UdpPort() {
  if (socket_ == nullptr) return;
  leave();
  ports_.give_back(*socket_);
}

asio::error_code UdpPort::open(Instant now, Random& random) {
  const auto socket = ports_.take(now);
  if (!socket) return socket.error();
  do {
    id_ = random.next_u16();
  } while ((*socket)->waits_for(id_));
  join(**socket);
  return {};
}

asio::error_code UdpPort::send(std::span<const std::uint8_t> query) {
  const auto error = socket_->send(query);
  if (!error) return {};
  // It may be the answer to what others sent from here before; then this was not sent at all.
  socket_->tell_all(error);
  return socket_->send(query);
}

void UdpPort::join(PortSocket& socket) {
  socket_ = &socket;
  ++socket.uses_;
  next_ = socket.first_;
  if (next_ != nullptr) next_->link_ = &next_;
  link_ = &socket.first_;
  socket.first_ = this;
}

void UdpPort::leave() {
  *link_ = next_;
  if (next_ != nullptr) next_->link_ = link_;
}

void UdpPort::remember(std::span<const std::uint8_t> reply, Instant now) {
  socket_->server_.recent.note(socket_->number_, reply, now);
}

bool UdpPort::hand_over(Arrival arrival) {
  if (!arrived_.awaited()) return false;  // What it refers to would be gone by the time.
  arrival_ = std::move(arrival);
  arrived_.ring();
  return true;
}

}  // namespace tributary::resolver
