#include "resolver/transport/http2_session.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <new>
#include <string_view>

#include <nghttp2/nghttp2.h>

namespace tributary::resolver {

namespace {

struct OptionDeleter {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};
struct CallbacksDeleter {
  void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
};

std::unique_ptr<nghttp2_option, OptionDeleter> make_options() {
  nghttp2_option* option = nullptr;
  if (nghttp2_option_new(&option) != 0) throw std::bad_alloc();
  nghttp2_option_set_max_outbound_ack(option, 100);
  nghttp2_option_set_max_settings(option, 32);
  nghttp2_option_set_max_continuations(option, 8);
  nghttp2_option_set_max_reserved_remote_streams(option, 0);
  nghttp2_option_set_no_closed_streams(option, 1);
  return std::unique_ptr<nghttp2_option, OptionDeleter>(option);
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 copies both and does not write to them; its structure predates const.
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NONE};
}

std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Keeps those fields of a response that matter for DNS.
void keep_field(Http2Response& response, std::string_view name, std::string_view value) {
  if (name == ":status") {
    response = {};  // after an informational response (RFC 9110 §15.2) the final one begins
    std::from_chars(value.data(), value.data() + value.size(), response.status);
  } else if (name == "content-type") {
    response.content_type = value;
  } else if (name == "age") {
    response.age = value;
  } else if (name == "retry-after") {
    response.retry_after = value;
  } else if (name == "date") {
    response.date = value;
  }
}

}  // namespace

struct Http2Session::Callbacks {
  static Http2Session& session(void* user) { return *static_cast<Http2Session*>(user); }

  static int begin_frame(nghttp2_session*, const nghttp2_frame_hd*, void* user) {
    return ++session(user).fruitless_frames_ > max_frames_per_response ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                    void* user) {
    Stream* stream = session(user).find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    stream->header_octets += name_size + value_size + 32;
    if (stream->header_octets > max_header_list) {
      session(user).report(frame->hd.stream_id, tl::unexpected(StreamError::too_large));
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    if (!stream->headers_done) keep_field(stream->response, text(name, name_size), text(value, value_size));
    return 0;
  }

  static int data_chunk(nghttp2_session* native, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                        std::size_t size, void* user) {
    Stream* stream = session(user).find(id);
    if (stream == nullptr || stream->reported) return 0;
    auto& body = stream->response.body;
    if (size > max_body - body.size()) {
      session(user).report(id, tl::unexpected(StreamError::too_large));
      return nghttp2_submit_rst_stream(native, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    }
    body.insert(body.end(), data, data + size);
    return 0;
  }

  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Stream* stream = session(user).find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS) stream->headers_done = stream->response.status >= 200;
    const bool carries_response = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (carries_response && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      session(user).report(frame->hd.stream_id, std::move(stream->response));
    }
    return 0;
  }

  /// nghttp2 closes streams that a GOAWAY left out with REFUSED_STREAM too.
  static int stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
    const auto error = code == NGHTTP2_REFUSED_STREAM ? StreamError::unprocessed : StreamError::reset;
    session(user).report(id, tl::unexpected(error));
    session(user).streams_.erase(id);
    return 0;
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* out, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source*, void* user) {
    Stream* stream = session(user).find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const auto rest = std::span(stream->request.body).subspan(stream->body_sent);
    const auto part = rest.first(std::min(size, rest.size()));
    std::ranges::copy(part, out);
    stream->body_sent += part.size();
    if (part.size() == rest.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(part.size());
  }

  static nghttp2_session* make_session(Http2Session& user) {
    nghttp2_session_callbacks* raw = nullptr;
    if (nghttp2_session_callbacks_new(&raw) != 0) throw std::bad_alloc();
    const std::unique_ptr<nghttp2_session_callbacks, CallbacksDeleter> callbacks(raw);
    nghttp2_session_callbacks_set_on_begin_frame_callback(raw, begin_frame);
    nghttp2_session_callbacks_set_on_header_callback(raw, header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, data_chunk);
    nghttp2_session_callbacks_set_on_frame_recv_callback(raw, frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(raw, stream_close);
    nghttp2_session* session = nullptr;
    if (nghttp2_session_client_new2(&session, raw, &user, make_options().get()) != 0) throw std::bad_alloc();
    return session;
  }
};

void Http2Session::SessionDeleter::operator()(nghttp2_session* session) const {
  nghttp2_session_del(session);
}

Http2Session::Http2Session(Handler handler)
    : handler_(std::move(handler)), session_(Callbacks::make_session(*this)) {
  const std::array<nghttp2_settings_entry, 2> settings{
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, max_header_list}}};
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  collect_output();
}

Http2Session::~Http2Session() = default;

tl::expected<void, std::string> Http2Session::feed(std::span<const std::uint8_t> octets) {
  const auto taken = nghttp2_session_mem_recv(session_.get(), octets.data(), octets.size());
  if (taken < 0) {
    // For errors of the peer nghttp2 has a GOAWAY ready; for a flood that we found it has not.
    if (fruitless_frames_ > max_frames_per_response) {
      nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
    }
    collect_output();
    return tl::unexpected(std::string(nghttp2_strerror(static_cast<int>(taken))));
  }
  collect_output();
  return {};
}

std::vector<std::uint8_t> Http2Session::take_output() {
  return std::exchange(output_, {});
}

bool Http2Session::accepts_requests() const {
  return nghttp2_session_check_request_allowed(session_.get()) != 0;
}

bool Http2Session::has_room() const {
  return streams_.size() <
         nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

tl::expected<Http2Session::StreamId, StreamError> Http2Session::submit(Http2Request request) {
  std::vector<nghttp2_nv> fields{field(":method", request.method), field(":scheme", "https"),
                                 field(":authority", request.authority), field(":path", request.path)};
  for (const auto& [name, value] : request.fields) fields.push_back(field(name, value));
  const nghttp2_data_provider body{{.ptr = nullptr}, Callbacks::read_body};
  const auto id = nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(),
                                         request.body.empty() ? nullptr : &body, nullptr);
  if (id < 0) return tl::unexpected(StreamError::unprocessed);
  streams_[id].request = std::move(request);
  collect_output();
  return id;
}

void Http2Session::drop(StreamId stream) {
  Stream* found = find(stream);
  if (found == nullptr || found->reported) return;
  found->reported = true;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
  collect_output();
}

void Http2Session::ping() {
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
  collect_output();
}

void Http2Session::terminate() {
  nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
  collect_output();
}

bool Http2Session::finished() const {
  return output_.empty() && nghttp2_session_want_read(session_.get()) == 0 &&
         nghttp2_session_want_write(session_.get()) == 0;
}

Http2Session::Stream* Http2Session::find(StreamId stream) {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : &found->second;
}

void Http2Session::report(StreamId id, StreamResult result) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->reported) return;
  stream->reported = true;
  if (result) fruitless_frames_ = 0;
  handler_(id, std::move(result));
}

void Http2Session::collect_output() {
  const std::uint8_t* data = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &data)) > 0;) {
    output_.insert(output_.end(), data, data + size);
  }
}

}  // namespace tributary::resolver
