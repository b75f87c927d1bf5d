#pragma once

#include <list>
#include <memory>
#include <optional>

#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "resolver/transport/http2_session.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

class HttpsConnection;

/// One request on one connection: waits until the connection is ready and the server's limit of streams
/// leaves room, in the order of making; is sent, and answered or refused. Destroying it resets the stream.
/// One thread.
class HttpsRequest {
 public:
  /// A response, and how long it took on the ready connection.
  struct Answer {
    Http2Response response;
    Duration rtt{};
  };
  /// Why there is none. `unprocessed`: the request may be sent again, on a new connection if this one takes
  /// no more. DNS queries are idempotent, so a connection that broke before the response counts too.
  struct Refusal {
    Failure failure;
    bool unprocessed = false;
  };
  using Outcome = tl::expected<Answer, Refusal>;

  /// `bell` is rung when there is an outcome, and when `in_doubt` becomes true. It outlives the request.
  HttpsRequest(std::shared_ptr<HttpsConnection> connection, Http2Request message, Bell& bell);
  ~HttpsRequest();
  HttpsRequest(const HttpsRequest&) = delete;
  HttpsRequest& operator=(const HttpsRequest&) = delete;

  const std::optional<Outcome>& outcome() const { return outcome_; }
  Outcome take_outcome() { return std::move(*outcome_); }
  /// The server may be dead: it gives no sign of life. Another connection is worth a try; this one may answer
  /// yet.
  bool in_doubt() const;
  /// Why there is no outcome when its time is over.
  Failure lateness() const;

 private:
  friend class HttpsConnection;

  void finish(Outcome outcome);

  std::shared_ptr<HttpsConnection> connection_;
  Http2Request message_;
  Bell& bell_;
  std::optional<Outcome> outcome_;
  std::optional<Http2Session::StreamId> stream_;  // once sent
  Instant sent_at_{};
};

}  // namespace tributary::resolver
