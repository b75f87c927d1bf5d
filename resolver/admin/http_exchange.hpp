#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tributary::resolver {

/// What a client of the admin server asks for.
struct HttpRequest {
  std::string method;                             ///< "GET" or "POST"; who asks HEAD is answered as GET.
  std::string path;                               ///< Decoded, without the query.
  std::map<std::string, std::string> parameters;  ///< Of the query and of the path's places, decoded.
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Besides those that every response has.
};

/// Called on a thread of the admin server; a slow one (`HttpRoute::Pace`) may block it. What it throws
/// becomes a 500.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

/// `{"error": {"message", "remedy"}}`: what is wrong, and what to do about it. An empty remedy is left out.
HttpResponse error_response(int status, const std::string& message, const std::string& remedy);

}  // namespace tributary::resolver
