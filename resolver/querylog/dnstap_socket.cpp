#include "resolver/querylog/dnstap_socket.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "resolver/querylog/frame_stream.hpp"

namespace tributary::resolver {
namespace {

constexpr std::size_t most_kept = 1024 * 1024;
constexpr Duration longest_greeting = std::chrono::seconds(5);
/// Of taking leave: so often it is waited for room in the socket, and so long each time.
constexpr int last_rounds = 4, last_wait_ms = 50;

std::string system_text(int error) {
  return std::generic_category().message(error);
}

/// How much the system took; -1 if the connection is broken.
ssize_t send_some(int socket, std::string_view octets) {
  const auto count = ::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count >= 0) return count;
  return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/// A connected socket, or -1 and errno. Never waits: a Unix socket is connected at once or not at all.
int connected_to(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), std::min(path.native().size(), sizeof address.sun_path - 1));
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  const int reason = errno;
  ::close(socket);
  errno = reason;
  return -1;
}

}  // namespace

DnstapSocket::~DnstapSocket() {
  if (state_ == State::open) frames_ += control_frame(FrameControl::stop);
  for (int round = 0; state_ == State::open && !frames_.empty() && round < last_rounds; ++round) {
    pollfd room{socket_, POLLOUT, 0};
    poll(&room, 1, last_wait_ms);
    const auto count = send_some(socket_, frames_);
    if (count < 0) break;
    frames_.erase(0, static_cast<std::size_t>(count));
  }
  close();
}

void DnstapSocket::write(const LoggedQuery& query, Instant now) {
  if (state_ == State::away && now >= next_try_) connect(now);
  if (state_ == State::away || frames_.size() >= most_kept) return counters_.dropped.add();
  const auto before = frames_.size();
  encoder_.append(query, frames_);
  appended_ += frames_.size() - before;
  ends_.push_back(appended_);
}

void DnstapSocket::flush(Instant now) {
  if (state_ != State::away) hear(now);
  if (state_ == State::open) send_frames(now);
}

pollfd DnstapSocket::awaits() const {
  const bool has_frames = state_ == State::open && !frames_.empty();
  return {socket_, static_cast<short>(has_frames ? POLLIN | POLLOUT : POLLIN), 0};
}

void DnstapSocket::connect(Instant now) {
  socket_ = connected_to(path_);
  if (socket_ < 0) return lose(system_text(errno), now);
  state_ = State::greeting;
  greeting_ends_ = now + longest_greeting;
  if (!send_whole(control_frame(FrameControl::ready))) lose("it takes no greeting", now);
}

/// The reader says ACCEPT once; of a connection that is open, only its end is of interest.
void DnstapSocket::hear(Instant now) {
  std::array<char, 512> octets;
  const auto count = ::recv(socket_, octets.data(), octets.size(), MSG_DONTWAIT);
  if (count == 0) return lose("it has hung up", now);
  if (count < 0 && errno != EAGAIN && errno != EINTR) return lose(system_text(errno), now);
  if (state_ != State::greeting) return;
  if (count > 0) heard_.append(octets.data(), static_cast<std::size_t>(count));
  const auto control = read_control(heard_);
  if (control && control->control == FrameControl::accept && control->ours) return accepted(now);
  if (control) return lose("it does not want dnstap", now);
  if (now >= greeting_ends_) lose("it does not return the greeting", now);
}

void DnstapSocket::accepted(Instant now) {
  if (!send_whole(control_frame(FrameControl::start))) return lose("it takes no data", now);
  state_ = State::open;
  pause_ = first_pause;
  if (std::exchange(missed_, false)) spdlog::info("query log: the reader of {} is there", path_.string());
}

/// What is as short as a control frame finds room in the buffer of a new connection.
bool DnstapSocket::send_whole(std::string_view octets) const {
  return send_some(socket_, octets) == static_cast<ssize_t>(octets.size());
}

void DnstapSocket::send_frames(Instant now) {
  if (frames_.empty()) return;
  const auto count = send_some(socket_, frames_);
  if (count < 0) return lose(system_text(errno), now);
  sent_ += static_cast<std::uint64_t>(count);
  frames_.erase(0, static_cast<std::size_t>(count));
  for (; !ends_.empty() && ends_.front() <= sent_; ends_.pop_front()) counters_.written.add();
}

void DnstapSocket::lose(const std::string& why, Instant now) {
  counters_.dropped.add(ends_.size());
  close();
  next_try_ = now + pause_;
  pause_ = std::min(2 * pause_, longest_pause);
  if (!std::exchange(missed_, true))
    spdlog::warn(
        "query log: no reader of dnstap at {}: {}; until there is one, queries are left out and counted",
        path_.string(), why);
}

void DnstapSocket::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  state_ = State::away;
  heard_.clear();
  frames_.clear();
  ends_.clear();
  appended_ = sent_ = 0;
}

}  // namespace tributary::resolver
