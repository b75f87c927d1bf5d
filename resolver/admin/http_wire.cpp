// The one file that knows Boost.Beast, of which parsers are used alone: octets in, messages out.

#include "resolver/admin/http_wire.hpp"

#include <cstdint>
#include <limits>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "resolver/admin/percent_coding.hpp"

namespace tributary::resolver {
namespace {

namespace http = boost::beast::http;

/// (Boost 1.74 takes the limit that is none for 0.)
constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();

std::string text_of(boost::beast::string_view view) {
  return {view.data(), view.size()};
}

/// The path, and what stands behind the question mark, both decoded. Nothing if either cannot be.
bool read_target(std::string_view target, HttpRequest& request) {
  const auto query = std::min(target.find('?'), target.size());
  const auto path = percent_decoded(target.substr(0, query));
  auto parameters = query < target.size() ? query_parameters(target.substr(query + 1))
                                          : std::map<std::string, std::string>();
  if (!path || !path->starts_with('/') || !parameters) return false;
  request.path = *path;
  request.parameters = std::move(*parameters);
  return true;
}

std::string_view reason(int status) {
  const auto words = http::obsolete_reason(static_cast<http::status>(status));
  return {words.data(), words.size()};
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

struct HttpRequestReader::Parser : http::request_parser<http::string_body> {};

HttpRequestReader::HttpRequestReader() : parser_(std::make_unique<Parser>()) {
  parser_->header_limit(largest_head);
  parser_->body_limit(no_limit);  // until the route is known
}

HttpRequestReader::~HttpRequestReader() = default;

HttpRequestReader::State HttpRequestReader::read(std::string& octets) {
  if (state_ != State::head && state_ != State::body) return state_;
  parser_->eager(state_ == State::body);
  boost::beast::error_code error;
  const auto used = parser_->put(boost::asio::buffer(octets), error);
  octets.erase(0, used);
  if (error == http::error::need_more) {
    if (octets.size() > largest_head) state_ = State::too_large;
    return state_;
  }
  if (error == http::error::header_limit || error == http::error::body_limit)
    return state_ = State::too_large;
  if (error) return state_ = State::malformed;
  if (state_ == State::head) take_head();
  if (state_ == State::body && parser_->is_done()) {
    request_.body = std::move(parser_->get().body());
    state_ = State::done;
  }
  return state_;
}

HttpRequestReader::State HttpRequestReader::limit_body(std::size_t octets) {
  parser_->body_limit(octets);
  const auto announced = parser_->content_length();
  if (announced && *announced > octets) state_ = State::too_large;
  return state_;
}

void HttpRequestReader::take_head() {
  const auto& message = parser_->get();
  const auto header = [&message](http::field field) { return text_of(message[field]); };
  request_.method = text_of(message.method_string());
  head_ = {.host = header(http::field::host),
           .authorization = header(http::field::authorization),
           .content_type = header(http::field::content_type),
           .version_1_1 = message.version() == 11,
           .keep_alive = message.keep_alive(),
           .expects_continue = header(http::field::expect) == "100-continue",
           .wants_body = request_.method != "HEAD"};
  if (!head_.wants_body) request_.method = "GET";
  const auto target = message.target();
  state_ = read_target({target.data(), target.size()}, request_) ? State::body : State::malformed;
}

std::string to_wire(const HttpResponse& response, bool keep_alive, bool with_body) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out.append(reason(response.status)).append("\r\n");
  append_header(out, "Content-Type", response.type);
  append_header(out, "Content-Length", std::to_string(response.body.size()));
  append_header(out, "Cache-Control", "no-store");
  append_header(out, "X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  append_header(out, "Connection", keep_alive ? "keep-alive" : "close");
  out.append("\r\n");
  return with_body ? out + response.body : out;
}

std::string to_wire(const HttpRequest& request, std::string_view host, std::string_view token) {
  std::string target = percent_encoded(request.path, "/");
  for (const auto& [name, value] : request.parameters)
    target.append(target.find('?') == target.npos ? "?" : "&")
        .append(percent_encoded(name, ""))
        .append("=")
        .append(percent_encoded(value, ""));
  std::string out = request.method + " " + target + " HTTP/1.1\r\n";
  append_header(out, "Host", host);
  append_header(out, "Connection", "close");
  if (!token.empty()) append_header(out, "Authorization", "Bearer " + std::string(token));
  if (request.method == "POST") {
    append_header(out, "Content-Type", "application/json");
    append_header(out, "Content-Length", std::to_string(request.body.size()));
  }
  return out + "\r\n" + request.body;
}

tl::expected<HttpResponse, std::string> read_response(std::string_view octets) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(no_limit);
  parser.eager(true);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(octets.data(), octets.size()), error);
  if (!error && !parser.is_done()) parser.put_eof(error);
  if (error) return tl::unexpected("the answer is no HTTP: " + error.message());
  auto& message = parser.get();
  return HttpResponse{static_cast<int>(message.result_int()),
                      text_of(message[http::field::content_type]),
                      std::move(message.body()),
                      {}};
}

}  // namespace tributary::resolver
