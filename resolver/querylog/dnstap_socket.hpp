#pragma once

#include <deque>
#include <filesystem>
#include <string>

#include "resolver/querylog/dnstap_message.hpp"
#include "resolver/querylog/query_sink.hpp"

namespace tributary::resolver {

/// Sends queries to a reader of dnstap over its Unix socket, by Frame Streams with its greeting.
///
/// Never waits for the reader: up to a mebibyte is kept for one that is slow. While there is none, it is
/// looked for when there is something to say, after 250 ms at first, then less and less often, at most
/// 8 s apart. What a reader had not been sent when it went away is dropped.
class DnstapSocket final : public QuerySink {
 public:
  DnstapSocket(std::filesystem::path path, DnstapEncoder encoder)
      : path_(std::move(path)), encoder_(std::move(encoder)) {}
  /// Takes leave of the reader, for 200 ms at most.
  ~DnstapSocket() override;

  void write(const LoggedQuery& query, Instant now) override;
  void flush(Instant now) override;
  pollfd awaits() const override;
  bool unsettled() const override { return state_ == State::greeting; }

 private:
  static constexpr Duration first_pause = std::chrono::milliseconds(250);
  static constexpr Duration longest_pause = std::chrono::seconds(8);

  enum class State {
    away,      // There is no connection.
    greeting,  // READY was sent; ACCEPT has not come.
    open,      // START was sent.
  };

  void connect(Instant now);
  void hear(Instant now);
  void accepted(Instant now);
  void send_frames(Instant now);
  bool send_whole(std::string_view octets) const;
  void lose(const std::string& why, Instant now);
  void close();

  const std::filesystem::path path_;
  DnstapEncoder encoder_;
  State state_ = State::away;
  int socket_ = -1;
  Instant next_try_ = Instant::min();  // away
  Instant greeting_ends_{};            // greeting: until when ACCEPT is waited for
  Duration pause_ = first_pause;       // before the next try
  std::string heard_;                  // of ACCEPT
  std::string frames_;                 // to be sent
  // Where queries end among all octets of this connection; those that are not sent whole.
  std::deque<std::uint64_t> ends_;
  std::uint64_t appended_ = 0, sent_ = 0;
  bool missed_ = false;  // It was said that there is no reader.
};

}  // namespace tributary::resolver
