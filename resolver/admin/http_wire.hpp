#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "resolver/admin/http_exchange.hpp"

namespace tributary::resolver {

/// What a request says besides itself. Absent headers are empty.
struct HttpHead {
  std::string host, authorization, content_type;
  bool version_1_1 = true;        ///< Else HTTP/1.0.
  bool keep_alive = true;         ///< The client may ask again over the same connection.
  bool expects_continue = false;  ///< It waits for a word before it sends the body (RFC 9110 §10.1.1).
  bool wants_body = true;         ///< False for HEAD.
};

/// Reads HTTP/1.1 requests (RFC 9112) as their octets come, one after the other, without I/O.
class HttpRequestReader {
 public:
  static constexpr std::size_t largest_head = 16 * 1024;  ///< Request line and headers, octets.

  enum class State {
    head,       ///< More octets of the head are needed,
    body,       ///< of the body; `request()` is known but for it.
    done,       ///< The request is whole.
    too_large,  ///< The head exceeds its limit, or the body `limit_body`.
    malformed,
  };

  HttpRequestReader();
  ~HttpRequestReader();
  HttpRequestReader(const HttpRequestReader&) = delete;
  HttpRequestReader& operator=(const HttpRequestReader&) = delete;

  /// Reads on in `octets`, and takes from their front what was used. Stops behind the head, so that the body
  /// can be limited: call again while there are octets and the state is `body`.
  State read(std::string& octets);
  State state() const { return state_; }
  /// In state `body`, before the first octet of it: more than `octets` are `too_large`.
  State limit_body(std::size_t octets);

  // ---- From state `body` on.

  const HttpHead& head() const { return head_; }
  HttpRequest& request() { return request_; }

 private:
  struct Parser;

  void take_head();

  std::unique_ptr<Parser> parser_;
  State state_ = State::head;
  HttpHead head_;
  HttpRequest request_;
};

/// A response as it goes over the wire; without its body for HEAD.
std::string to_wire(const HttpResponse& response, bool keep_alive, bool with_body);

// ---- The client's side.

/// A request after which the connection ends; `token` is the bearer token, or empty.
std::string to_wire(const HttpRequest& request, std::string_view host, std::string_view token);
/// Reads a whole response. The error is a sentence.
tl::expected<HttpResponse, std::string> read_response(std::string_view octets);

}  // namespace tributary::resolver
