#include "resolver/admin/http_routes.hpp"

#include <optional>

namespace tributary::resolver {
namespace {

using Parameters = std::map<std::string, std::string>;

/// The part up to the next slash, which is taken off with it.
std::string_view take_part(std::string_view& path) {
  const auto part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(part.size() + 1, path.size()));
  return part;
}

/// What stands in the places in braces; nothing if `path` does not fit.
std::optional<Parameters> fit(std::string_view pattern, std::string_view path) {
  Parameters out;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = take_part(pattern);
    const auto part = take_part(path);
    if (wanted.starts_with('{') && !part.empty())
      out.emplace(wanted.substr(1, wanted.size() - 2), part);
    else if (wanted != part)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return out;
}

}  // namespace

const HttpRoute* HttpRoutes::find(HttpRequest& request) const {
  for (const auto& route : routes_) {
    if (route.method != request.method) continue;
    if (auto places = fit(route.path, request.path)) {
      request.parameters.merge(*places);
      return &route;
    }
  }
  return nullptr;
}

HttpResponse HttpRoutes::none(const HttpRequest& request) const {
  std::string methods;
  for (const auto& route : routes_) {
    if (fit(route.path, request.path)) methods += (methods.empty() ? "" : ", ") + route.method;
  }
  if (methods.empty())
    return error_response(404, "there is nothing at " + request.path,
                          "/api/v1/openapi.yaml lists what there is");
  auto response = error_response(405, request.path + " knows no " + request.method, "use " + methods);
  response.headers.emplace_back("Allow", methods);
  return response;
}

}  // namespace tributary::resolver
