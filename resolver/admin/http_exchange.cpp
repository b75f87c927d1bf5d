#include "resolver/admin/http_exchange.hpp"

#include <nlohmann/json.hpp>

namespace tributary::resolver {

HttpResponse error_response(int status, const std::string& message, const std::string& remedy) {
  nlohmann::ordered_json error{{"message", message}};
  if (!remedy.empty()) error["remedy"] = remedy;
  HttpResponse response;
  response.status = status;
  response.body = nlohmann::ordered_json{{"error", std::move(error)}}.dump(
                      -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                  "\n";
  return response;
}

}  // namespace tributary::resolver
