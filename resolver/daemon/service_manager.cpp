#include "resolver/daemon/service_manager.hpp"

#include <cstdlib>
#include <string>

#include <asio/local/datagram_protocol.hpp>

namespace tributary::resolver {

void tell_service_manager(asio::io_context& loop, std::string_view state) {
  using Local = asio::local::datagram_protocol;
  const char* variable = std::getenv("NOTIFY_SOCKET");
  std::string path = variable != nullptr ? variable : "";
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) return;
  if (path.front() == '@') path.front() = '\0';  // an abstract address (unix(7))
  Local::socket socket(loop);
  asio::error_code ignored;
  socket.open(Local(), ignored);
  socket.send_to(asio::buffer(state), Local::endpoint(path), 0, ignored);
}

}  // namespace tributary::resolver
