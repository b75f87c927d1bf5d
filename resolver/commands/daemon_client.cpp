#include "resolver/commands/daemon_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <optional>
#include <vector>

#include <CLI/CLI.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <nlohmann/json.hpp>

#include "policy/admin_section.hpp"
#include "resolver/admin/http_wire.hpp"
#include "resolver/commands/command.hpp"
#include "resolver/commands/printable.hpp"

namespace tributary::commands {
namespace {

constexpr auto usual_socket = "/run/tributary/control.sock";
constexpr timeval patience{120, 0};  // longer than any query may take

/// Somewhere a daemon may answer.
struct Place {
  std::string name;
  std::vector<std::uint8_t> address;  ///< A sockaddr.
  std::string host, token;
};

template <typename Endpoint>
Place place_of(std::string name, const Endpoint& endpoint, std::string host, std::string token) {
  const auto* octets = reinterpret_cast<const std::uint8_t*>(endpoint.data());
  return {std::move(name), {octets, octets + endpoint.size()}, std::move(host), std::move(token)};
}

void add_socket(const std::string& file, std::vector<Place>& out) {
  if (file.size() >= sizeof(sockaddr_un::sun_path)) return;
  out.push_back(place_of(file, asio::local::stream_protocol::endpoint(file), "localhost", {}));
}

std::vector<Place> places_of(const DaemonOptions& options) {
  std::vector<Place> out;
  if (!options.socket.empty()) {
    add_socket(options.socket, out);
    return out;
  }
  const auto admin = policy::admin_of_file(options.config);
  add_socket(admin.socket ? admin.socket->string() : usual_socket, out);
  if (!admin.listen) return out;
  const auto token = admin.token_file ? policy::read_token(*admin.token_file).value_or("") : "";
  const asio::ip::tcp::endpoint endpoint(admin.listen->address, admin.listen->port);
  out.push_back(place_of(admin.listen->to_text(), endpoint, admin.listen->to_text(), token));
  return out;
}

class Connection {
 public:
  explicit Connection(const Place& place) {
    sockaddr_storage address{};
    std::memcpy(&address, place.address.data(), place.address.size());
    descriptor_ = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address),
                           static_cast<socklen_t>(place.address.size())) == 0;
  }
  ~Connection() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  explicit operator bool() const { return connected_; }
  /// False if the other side has gone; it may have answered all the same.
  bool send(std::string_view octets) const {
    while (!octets.empty()) {
      const auto sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EINTR) return false;
      if (sent > 0) octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// All that comes until the other side ends.
  std::string receive() const {
    std::string out;
    char piece[16 * 1024];
    for (;;) {
      const auto size = ::recv(descriptor_, piece, sizeof piece, 0);
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return out;
      out.append(piece, static_cast<std::size_t>(size));
    }
  }

 private:
  int descriptor_ = -1;
  bool connected_ = false;
};

}  // namespace

void add_daemon_options(CLI::App& command, DaemonOptions& options) {
  command
      .add_option("--config", options.config, "The daemon's configuration: it says where to find the daemon")
      ->capture_default_str();
  command.add_option("--socket", options.socket, "The daemon's Unix socket, whatever the configuration says");
  command.add_flag("--json", options.json, "Print JSON, for scripts");
}

tl::expected<resolver::HttpResponse, std::string> ask_daemon(const DaemonOptions& options,
                                                             const resolver::HttpRequest& request) {
  std::string tried;
  for (const auto& place : places_of(options)) {
    const Connection connection(place);
    if (!connection) {
      tried += (tried.empty() ? "" : ", ") + place.name + " (" + std::strerror(errno) + ")";
      continue;
    }
    connection.send(resolver::to_wire(request, place.host, place.token));
    const auto octets = connection.receive();
    if (octets.empty()) return tl::unexpected("the daemon at " + place.name + " has hung up");
    return resolver::read_response(octets);
  }
  return tl::unexpected("no daemon answers at " + tried);
}

int report_no_daemon(const std::string& why) {
  std::fprintf(stderr,
               "tributary: %s\n  does it run? systemctl status tributary; or name its socket with --socket\n",
               why.c_str());
  return no_daemon;
}

int report_refusal(const resolver::HttpResponse& response) {
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  const auto error =
      json.is_object() ? json.value("error", nlohmann::json::object()) : nlohmann::json::object();
  const auto message =
      error.value("message", "the daemon answered with status " + std::to_string(response.status));
  std::fprintf(stderr, "tributary: %s\n", printable(message).c_str());
  for (const auto& detail : error.value("errors", std::vector<std::string>()))
    std::fprintf(stderr, "  %s\n", printable(detail).c_str());
  if (const auto remedy = error.value("remedy", ""); !remedy.empty())
    std::fprintf(stderr, "  %s\n", printable(remedy).c_str());
  return failed;
}

int ask_and_show(const DaemonOptions& options, const resolver::HttpRequest& request,
                 const std::function<int(const nlohmann::json&)>& show) {
  const auto response = ask_daemon(options, request);
  if (!response) return report_no_daemon(response.error());
  if (response->status != 200) return report_refusal(*response);
  const auto json = nlohmann::json::parse(response->body, nullptr, false);
  if (json.is_discarded()) return report_refusal({502, "", "{}", {}});
  if (!options.json) return show(json);
  std::fputs(response->body.c_str(), stdout);
  return done;
}

}  // namespace tributary::commands
