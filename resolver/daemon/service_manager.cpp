#include "resolver/daemon/service_manager.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>

#include <asio/local/datagram_protocol.hpp>

namespace tributary::resolver {
namespace {

/// The number that an environment variable holds; nothing if it holds none.
std::optional<std::int64_t> number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  return error == std::errc() && end == digits.end() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<Duration> watchdog_period() {
  const auto microseconds = number_in("WATCHDOG_USEC");
  if (!microseconds || *microseconds <= 0) return std::nullopt;
  if (number_in("WATCHDOG_PID").value_or(getpid()) != getpid()) return std::nullopt;
  return std::chrono::microseconds(*microseconds);
}

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
