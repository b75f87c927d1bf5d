#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

namespace tributary::resolver::testing {

/// A client that says just what a test wants.
class RawClient {
 public:
  explicit RawClient(int port) {
    socket_.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)});
  }
  void send(const std::string& octets) {
    asio::error_code ignored;  // the server may have hung up already
    asio::write(socket_, asio::buffer(octets), ignored);
  }
  /// All that comes until the server hangs up.
  std::string receive() {
    std::string out;
    asio::error_code end;
    asio::read(socket_, asio::dynamic_buffer(out), end);
    return out;
  }

 private:
  asio::io_context loop_;
  asio::ip::tcp::socket socket_{loop_};
};

}  // namespace tributary::resolver::testing
