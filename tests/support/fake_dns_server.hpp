#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>

namespace tributary {

/// A DNS server on the loopback whose replies a test scripts, and which records what it received. UDP and TCP
/// share one port, which the kernel chooses. Runs on the test's event loop; destroy it before that.
class FakeDnsServer {
 public:
  using Message = std::vector<std::uint8_t>;

  /// One TCP connection as the script sees it.
  class Connection : public std::enable_shared_from_this<Connection> {
   public:
    Connection(FakeDnsServer& server, asio::ip::tcp::socket socket, std::size_t number)
        : server_(server), socket_(std::move(socket)), number_(number) {}

    std::size_t number() const { return number_; }  ///< Counts from 1.
    /// Sends `message` with its length before it.
    void reply(const Message& message);
    /// Sends octets as they are.
    void write(Message octets);
    /// Closes when all is written.
    void close_after_writing();

   private:
    friend class FakeDnsServer;
    void read_length();
    void read_message();
    void write_next();
    void stay_open();

    FakeDnsServer& server_;
    asio::ip::tcp::socket socket_;
    std::size_t number_;
    Message incoming_;
    std::deque<Message> outgoing_;
    bool closing_ = false;
  };

  struct Received {
    Message message;
    std::uint16_t port = 0;      ///< UDP: where it came from.
    std::size_t connection = 0;  ///< TCP: the number of the connection.
  };

  explicit FakeDnsServer(asio::io_context& loop,
                         const asio::ip::address& address = asio::ip::address_v4::loopback());

  asio::ip::address address() const { return udp_.local_endpoint().address(); }
  std::uint16_t port() const { return udp_.local_endpoint().port(); }

  /// The datagrams to send back, in order. Without a script the server is silent.
  std::function<std::vector<Message>(const Message&)> on_udp;
  std::function<void(Connection&, const Message&)> on_tcp;
  /// From now on TCP connections are refused.
  void refuse_tcp() { acceptor_.close(); }

  /// Of the TCP connections that there are now nothing is read any more. Little of what is sent to them is
  /// acknowledged, because connections have small buffers when `little_room` was called before.
  void read_no_more() { unread_until_ = connections; }
  void little_room() { acceptor_.set_option(asio::socket_base::receive_buffer_size(1024)); }

  std::vector<Received> over_udp, over_tcp;
  std::size_t connections = 0;

 private:
  void receive();
  void accept();

  asio::ip::udp::socket udp_;
  asio::ip::tcp::acceptor acceptor_;
  Message buffer_;
  std::size_t unread_until_ = 0;  // connections up to this number
  asio::ip::udp::endpoint from_;
};

}  // namespace tributary
