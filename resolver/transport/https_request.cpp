#include "resolver/transport/https_request.hpp"

#include "resolver/transport/https_connection.hpp"

namespace tributary::resolver {

HttpsRequest::HttpsRequest(std::shared_ptr<HttpsConnection> connection, Http2Request message, Bell& bell)
    : connection_(std::move(connection)), message_(std::move(message)), bell_(bell) {
  connection_->join(*this);
}

HttpsRequest::~HttpsRequest() {
  connection_->leave(*this);
}

bool HttpsRequest::in_doubt() const {
  return connection_->in_doubt();
}

Failure HttpsRequest::lateness() const {
  constexpr auto timeout = Failure::Kind::timeout;
  if (stream_) return {timeout, "no response in time", {}};
  if (connection_->was_established()) return {timeout, "no free stream in time", {}};
  return {timeout, connection_->step_ + " took too long", {}, true};
}

void HttpsRequest::finish(Outcome outcome) {
  outcome_ = std::move(outcome);
  bell_.ring();
}

}  // namespace tributary::resolver
