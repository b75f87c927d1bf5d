#include "tests/support/fake_dns_server.hpp"

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

namespace tributary {

using asio::ip::tcp;
using asio::ip::udp;

namespace {

/// A listening TCP socket on the port that the kernel gave `udp`; on another pair when that is taken.
tcp::acceptor listen_beside(udp::socket& socket, asio::io_context& loop) {
  while (true) {
    const auto endpoint = socket.local_endpoint();
    tcp::acceptor acceptor(loop, endpoint.protocol() == udp::v4() ? tcp::v4() : tcp::v6());
    asio::error_code error;
    acceptor.bind({endpoint.address(), endpoint.port()}, error);
    if (!error) {
      acceptor.listen();
      return acceptor;
    }
    socket = udp::socket(loop, udp::endpoint(endpoint.address(), 0));
  }
}

}  // namespace

FakeDnsServer::FakeDnsServer(asio::io_context& loop, const asio::ip::address& address)
    : udp_(loop, udp::endpoint(address, 0)), acceptor_(listen_beside(udp_, loop)), buffer_(65536) {
  receive();
  accept();
}

void FakeDnsServer::receive() {
  udp_.async_receive_from(asio::buffer(buffer_), from_, [this](asio::error_code error, std::size_t size) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      const Message query(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size));
      over_udp.push_back({query, from_.port(), 0});
      const auto replies = on_udp ? on_udp(query) : std::vector<Message>{};
      asio::error_code ignored;
      for (const auto& reply : replies) udp_.send_to(asio::buffer(reply), from_, 0, ignored);
    }
    receive();
  });
}

void FakeDnsServer::accept() {
  acceptor_.async_accept([this](asio::error_code error, tcp::socket socket) {
    if (error) return;
    std::make_shared<Connection>(*this, std::move(socket), ++connections)->read_length();
    accept();
  });
}

void FakeDnsServer::Connection::read_length() {
  incoming_.resize(2);
  asio::async_read(socket_, asio::buffer(incoming_),
                   [self = shared_from_this()](asio::error_code error, std::size_t) {
                     if (!error) self->read_message();
                   });
}

void FakeDnsServer::Connection::read_message() {
  incoming_.resize(static_cast<std::size_t>(incoming_[0] << 8 | incoming_[1]));
  asio::async_read(socket_, asio::buffer(incoming_),
                   [self = shared_from_this()](asio::error_code error, std::size_t) {
                     if (error) return;
                     const Message query = self->incoming_;
                     if (self->number_ <= self->server_.unread_until_) return self->stay_open();
                     self->server_.over_tcp.push_back({query, 0, self->number_});
                     if (self->server_.on_tcp) self->server_.on_tcp(*self, query);
                     self->read_length();
                   });
}

void FakeDnsServer::Connection::stay_open() {
  socket_.async_wait(asio::ip::tcp::socket::wait_error,
                     [self = shared_from_this()](asio::error_code) { self->socket_.close(); });
}

void FakeDnsServer::Connection::reply(const Message& message) {
  Message frame{static_cast<std::uint8_t>(message.size() >> 8),
                static_cast<std::uint8_t>(message.size() & 0xff)};
  frame.insert(frame.end(), message.begin(), message.end());
  write(std::move(frame));
}

void FakeDnsServer::Connection::write(Message octets) {
  outgoing_.push_back(std::move(octets));
  if (outgoing_.size() == 1) write_next();
}

void FakeDnsServer::Connection::close_after_writing() {
  closing_ = true;
  if (outgoing_.empty()) socket_.close();
}

void FakeDnsServer::Connection::write_next() {
  asio::async_write(socket_, asio::buffer(outgoing_.front()),
                    [self = shared_from_this()](asio::error_code error, std::size_t) {
                      if (error) return;
                      self->outgoing_.pop_front();
                      if (!self->outgoing_.empty()) return self->write_next();
                      if (self->closing_) self->socket_.close();
                    });
}

}  // namespace tributary
