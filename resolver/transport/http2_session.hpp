#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <tl/expected.hpp>

#include "resolver/transport/http_message.hpp"

struct nghttp2_session;

namespace tributary::resolver {

/// Why a request got no response on a session that goes on.
enum class StreamError {
  unprocessed,  ///< The server has not looked at it: safe to send again (RFC 9113 §8.7).
  reset,        ///< The server broke the stream off.
  too_large,    ///< Header list or body beyond our limits.
};

using StreamResult = tl::expected<Http2Response, StreamError>;

/// The client's side of one HTTP/2 connection (RFC 9113), without the connection: received octets go in,
/// octets to send come out, and what became of each request is told to a handler.
///
/// What a server can make us hold is bounded: bodies, header lists, frames that lead to nothing. Server push
/// is off. One thread; the handler must not call back into the session.
class Http2Session {
 public:
  static constexpr std::size_t max_body = 65535;                ///< A DNS message is never larger.
  static constexpr std::size_t max_header_list = 16 * 1024;     ///< Counted as RFC 9113 §6.5.2 does.
  static constexpr std::size_t max_frames_per_response = 4096;  ///< More without a response are a flood.

  using StreamId = std::int32_t;
  /// Called exactly once for each request, unless it is dropped or the session fails first.
  using Handler = std::function<void(StreamId, StreamResult)>;

  explicit Http2Session(Handler handler);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// Takes what came from the server. An error is a sentence; the session is dead then, and the octets to
  /// send tell the server why.
  tl::expected<void, std::string> feed(std::span<const std::uint8_t> octets);
  /// The octets to send, each given out once. Empty if there are none.
  std::vector<std::uint8_t> take_output();

  /// False for ever after a GOAWAY (RFC 9113 §6.8) or when stream identifiers are used up.
  bool accepts_requests() const;
  /// True if the server's limit of concurrent streams leaves room. Before its SETTINGS came, 100 are assumed.
  bool has_room() const;
  /// Requires: accepts_requests() and has_room(). Nothing if the request cannot be sent.
  tl::expected<StreamId, StreamError> submit(Http2Request request);
  /// Nobody waits for this request any more: resets its stream. The handler is not called.
  void drop(StreamId stream);

  /// Asks the server for a sign of life (RFC 9113 §6.7).
  void ping();
  /// Says goodbye: a GOAWAY. The session is finished once that is taken; requests under way are lost.
  void terminate();
  /// True when nothing more will be sent or received: the connection may be closed.
  bool finished() const;

 private:
  struct Stream {
    Http2Request request;
    std::size_t body_sent = 0;
    Http2Response response;
    std::size_t header_octets = 0;
    bool headers_done = false;  // what follows are trailers
    bool reported = false;
  };
  struct Callbacks;  // nghttp2 calls these
  struct SessionDeleter {
    void operator()(nghttp2_session* session) const;
  };

  Stream* find(StreamId stream);
  void report(StreamId id, StreamResult result);
  void collect_output();

  Handler handler_;
  std::unordered_map<StreamId, Stream> streams_;  // those that are not closed
  std::size_t fruitless_frames_ = 0;
  std::vector<std::uint8_t> output_;
  std::unique_ptr<nghttp2_session, SessionDeleter> session_;
};

}  // namespace tributary::resolver
