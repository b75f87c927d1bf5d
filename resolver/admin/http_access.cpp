#include "resolver/admin/http_access.hpp"

#include <openssl/crypto.h>

#include <asio/ip/address.hpp>

namespace tributary::resolver {
namespace {

/// Empty if brackets are followed by anything but a port: "[::1].evil.example" is a name of somebody else's.
std::string_view without_port(std::string_view host) {
  if (!host.starts_with('[')) return host.substr(0, host.find(':'));
  const auto end = host.find(']');
  if (end == host.npos) return {};
  const auto rest = host.substr(end + 1);
  return rest.empty() || rest.starts_with(':') ? host.substr(1, end - 1) : std::string_view();
}

bool is_loopback(std::string_view host) {
  const auto name = without_port(host);
  if (name == "localhost") return true;
  asio::error_code error;
  const auto address = asio::ip::make_address(std::string(name), error);
  return !error && address.is_loopback();
}

/// Takes as long for a wrong octet at the front as for one at the end.
bool bears(const HttpHead& head, std::string_view token) {
  const auto expected = "Bearer " + std::string(token);
  return head.authorization.size() == expected.size() &&
         CRYPTO_memcmp(head.authorization.data(), expected.data(), expected.size()) == 0;
}

bool is_plain_form(std::string_view type) {
  return !type.starts_with("application/json") && !type.starts_with("application/octet-stream");
}

HttpResponse token_needed() {
  auto response =
      error_response(401, "what changes something needs the bearer token",
                     "send \"Authorization: Bearer TOKEN\" with the contents of admin.token_file");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

std::optional<HttpResponse> refusal(HttpDoor door, std::string_view method, const HttpHead& head,
                                    std::string_view token) {
  if (door == HttpDoor::unix_socket) return std::nullopt;
  if (head.host.empty() ? head.version_1_1 : !is_loopback(head.host))
    return error_response(403, "the Host header is no loopback address",
                          "use 127.0.0.1, [::1] or localhost in the URL");
  if (method == "GET") return std::nullopt;
  if (token.empty())
    return error_response(403, "over TCP nothing can be changed without a token",
                          "use the Unix socket (admin.socket), or name a file in admin.token_file");
  if (!bears(head, token)) return token_needed();
  if (is_plain_form(head.content_type))
    return error_response(400, "the content type is not application/json",
                          "send \"Content-Type: application/json\"");
  return std::nullopt;
}

}  // namespace tributary::resolver
