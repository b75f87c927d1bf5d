#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/admin/http_exchange.hpp"

namespace tributary::resolver {

/// What is done for one method of one path.
struct HttpRoute {
  /// `quick` handlers answer from memory, on the thread that also serves the network. `slow` ones may block
  /// theirs, for seconds: one after the other.
  enum class Pace { quick, slow };
  static constexpr std::size_t usual_body = 16 * 1024;

  std::string method;  ///< "GET" or "POST".
  std::string path;    ///< "/api/v1/upstreams/{name}/disable": a part in braces is a parameter.
  HttpHandler handler;
  Pace pace = Pace::quick;
  std::size_t largest_body = usual_body;  ///< Octets.
};

/// All that the server answers. Immutable once the server has started.
class HttpRoutes {
 public:
  void add(HttpRoute route) { routes_.push_back(std::move(route)); }
  const std::vector<HttpRoute>& all() const { return routes_; }

  /// The route of `request`, whose parameters are filled from the path; null if there is none.
  const HttpRoute* find(HttpRequest& request) const;
  /// What is answered then: 404, or 405 with the methods that the path has.
  HttpResponse none(const HttpRequest& request) const;

 private:
  std::vector<HttpRoute> routes_;
};

}  // namespace tributary::resolver
