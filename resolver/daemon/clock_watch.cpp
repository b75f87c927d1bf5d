#include "resolver/daemon/clock_watch.hpp"

#include <sys/timex.h>
#include <time.h>

#include <chrono>

#include <spdlog/spdlog.h>

#include "base/state_file.hpp"

namespace tributary::resolver {
namespace {

using dnssec::ClockReading;
using dnssec::ClockState;

constexpr Duration most_pause = std::chrono::milliseconds(100);

Duration read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::optional<ClockReading::Kernel> ask_kernel() {
  timex answer{};  // changes nothing
  const int state = adjtimex(&answer);
  if (state < 0) return std::nullopt;
  const bool nanoseconds = (answer.status & STA_NANO) != 0;
  return ClockReading::Kernel{.synchronized = state != TIME_ERROR && (answer.status & STA_UNSYNC) == 0,
                              .max_error = std::chrono::microseconds(answer.maxerror),
                              .offset = std::chrono::nanoseconds(answer.offset) * (nanoseconds ? 1 : 1000)};
}

double in_seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

ClockReading read_clocks() {
  ClockReading reading;
  reading.kernel = ask_kernel();
  // Were this thread stopped between the two, it would look as if the clock had been set.
  for (int attempts = 0; attempts < 3; ++attempts) {
    const Duration before = read_clock(CLOCK_BOOTTIME);
    reading.realtime = read_clock(CLOCK_REALTIME);
    const Duration pause = read_clock(CLOCK_BOOTTIME) - before;
    reading.boottime = Instant(before + pause / 2);
    if (pause < most_pause) break;
  }
  return reading;
}

Duration build_time() {
  return std::chrono::seconds(TRIBUTARY_BUILD_TIME);
}

std::optional<Duration> ClockStamp::load() const {
  const auto text = read_state_file(file_);
  if (!text) {
    spdlog::warn("when the clock was last right is not known: {} cannot be read: {}", file_.string(),
                 text.error());
    return std::nullopt;
  }
  if (!*text) return std::nullopt;
  const auto stamp = dnssec::parse_stamp(**text);
  if (!stamp)
    spdlog::warn("when the clock was last right is not known: {} is damaged; it will be written anew",
                 file_.string());
  return stamp;
}

void ClockStamp::keep(Duration stamp) {
  const auto kept = replace_state_file(file_, dnssec::stamp_text(stamp));
  if (!kept && !failing_)
    spdlog::warn(
        "that the clock is right now is not remembered: {} cannot be written: {}; make its folder with "
        "\"install -d -m 700 -o USER {}\", USER being who runs tributary, or name another as state_directory",
        file_.string(), kept.error(), file_.parent_path().string());
  failing_ = !kept;
}

ClockWatch::ClockWatch(Timers& timers, Tools tools, Duration built, std::optional<Duration> stamp,
                       policy::ClockTrust trust)
    : ClockWatch(timers, tools, built, stamp, trust, tools.read()) {}

ClockWatch::ClockWatch(Timers& timers, Tools tools, Duration built, std::optional<Duration> stamp,
                       policy::ClockTrust trust, const ClockReading& first)
    : timers_(timers), tools_(std::move(tools)), guard_(built, stamp, trust, first) {
  log_state();
  publish(first);
  timers_.set(*this, timers_.now() + interval);
}

void ClockWatch::expire() {
  const auto reading = tools_.read();
  const auto epoch = guard_.view().epoch;
  const auto change = guard_.observe(reading);
  if (change.step != Duration::zero()) {
    tools_.shared.count_step(change.step);
    spdlog::warn("the clock was set by {:+.3f} s; signatures are judged anew", in_seconds(change.step));
  }
  if (change.state) log_state();
  publish(reading);
  if (guard_.view().epoch != epoch) tools_.judge_anew();
  timers_.set(*this, timers_.now() + interval);
}

void ClockWatch::publish(const ClockReading& reading) {
  tools_.shared.publish(guard_.view());
  tools_.shared.tell_why(guard_.why());
  tools_.shared.note_kernel(reading.kernel.value_or(ClockReading::Kernel{}));
  if (const auto stamp = guard_.take_stamp()) tools_.keep(*stamp);
}

void ClockWatch::log_state() const {
  const auto state = guard_.view().state;
  const auto level = state == ClockState::bad ? spdlog::level::warn : spdlog::level::info;
  constexpr auto consequence =
      "; until it is set right (timedatectl set-ntp true, or date --set 'YYYY-MM-DD hh:mm'), dates of "
      "signatures "
      "are not checked, nothing is called secure, and answers are kept for a minute at most";
  spdlog::log(level, "the clock is {}: {}{}", to_text(state), guard_.why(),
              state == ClockState::bad ? consequence : "");
}

}  // namespace tributary::resolver
