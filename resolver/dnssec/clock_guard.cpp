#include "resolver/dnssec/clock_guard.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace tributary::dnssec {
namespace {

using std::chrono::seconds;

/// What CLOCK_REALTIME can be set to ends in 2232.
constexpr Duration latest = std::chrono::hours(24) * 365 * 262;

std::int64_t whole_seconds(Duration time) {
  return std::chrono::floor<seconds>(time).count();
}

std::string date_text(Duration since_1970) {
  return fmt::format("{:%FT%TZ}", fmt::gmtime(static_cast<std::time_t>(whole_seconds(since_1970))));
}

Duration absolute(Duration value) {
  return value < Duration::zero() ? -value : value;
}

Duration offset_of(const ClockReading& reading) {
  return reading.realtime - reading.boottime.time_since_epoch();
}

std::string why_unsynchronized(const ClockReading& reading) {
  if (!reading.kernel) return "the kernel cannot be asked whether it is synchronized";
  if (!reading.kernel->synchronized) return "the kernel does not call it synchronized";
  return fmt::format("it may be wrong by {} s", whole_seconds(reading.kernel->max_error));
}

}  // namespace

std::string_view to_text(ClockState state) {
  switch (state) {
    case ClockState::synced:
      return "synced";
    case ClockState::rough:
      return "rough";
    case ClockState::bad:
      return "bad";
  }
  return "";
}

SignatureTime ClockView::at(Instant now) const {
  return {.now = whole_seconds(now.time_since_epoch() + offset), .dates_count = dates_count};
}

ClockGuard::ClockGuard(Duration built, std::optional<Duration> stamp, policy::ClockTrust trust,
                       const ClockReading& first)
    : built_(built), trust_(trust), stamp_(stamp), offset_at_step_(offset_of(first)) {
  observe(first);
}

ClockGuard::Change ClockGuard::observe(const ClockReading& reading) {
  const Duration step = watch_for_step(reading);
  auto judgement = judge(reading);
  const bool dates_count = judgement.state != ClockState::bad && trust_ != policy::ClockTrust::ignored;
  const bool begins_anew = step != Duration::zero() || dates_count != view_.dates_count;
  const bool changed = why_.empty() || judgement.state != view_.state;
  view_ = {judgement.state, dates_count, view_.epoch + (begins_anew ? 1 : 0), offset_of(reading)};
  if (view_.state == ClockState::synced) offset_synced_ = view_.offset;
  realtime_ = reading.realtime;
  boottime_ = reading.boottime;
  why_ = std::move(judgement.why);
  return {changed, step};
}

Duration ClockGuard::watch_for_step(const ClockReading& reading) {
  const Duration offset = offset_of(reading);
  const Duration moved = offset - offset_at_step_;
  if (absolute(moved) <= least_step) return Duration::zero();
  offset_at_step_ = offset;
  return moved;
}

bool ClockGuard::kernel_vouches(const ClockReading& reading) const {
  const auto limit = view_.state == ClockState::synced ? most_error_when_synced : most_error;
  return reading.kernel && reading.kernel->synchronized && reading.kernel->max_error < limit;
}

ClockGuard::Judgement ClockGuard::judge(const ClockReading& reading) const {
  const bool vouched = kernel_vouches(reading);
  if (trust_ == policy::ClockTrust::guarded) {
    if (reading.realtime < built_)
      return {ClockState::bad, "it shows " + date_text(reading.realtime) +
                                   ", which is before this program was built, " + date_text(built_)};
    if (!vouched) {
      if (auto found = fault(reading)) return {ClockState::bad, std::move(*found)};
    }
  }
  if (vouched) return {ClockState::synced, "the kernel calls it synchronized"};
  return {ClockState::rough, why_unsynchronized(reading)};
}

/// What speaks against a clock that nobody vouches for.
std::optional<std::string> ClockGuard::fault(const ClockReading& reading) const {
  const auto& why = why_unsynchronized(reading);
  if (reading.realtime >= built_ + longest_use)
    return fmt::format("{}, and it shows {}, ten years after this program was built", why,
                       date_text(reading.realtime));
  if (stamp_ && reading.realtime + stamp_tolerance < *stamp_)
    return fmt::format("{}, and it shows {}, earlier than it was known to be, {}", why,
                       date_text(reading.realtime), date_text(*stamp_));
  const auto off = offset_synced_ ? offset_of(reading) - *offset_synced_ : Duration::zero();
  if (absolute(off) >= most_offset)
    return fmt::format("{}, and it was set by {} s since it was", why, whole_seconds(off));
  return std::nullopt;
}

std::optional<Duration> ClockGuard::take_stamp() {
  if (view_.state != ClockState::synced) return std::nullopt;
  const bool overruled = stamp_ && *stamp_ > realtime_;
  if (stamped_ && !overruled && boottime_ - *stamped_ < stamp_interval) return std::nullopt;
  stamped_ = boottime_;
  stamp_ = realtime_;
  return stamp_;
}

std::string stamp_text(Duration stamp) {
  return fmt::format("{}\n", whole_seconds(stamp));
}

std::optional<Duration> parse_stamp(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || rest != "\n" || count <= 0 || count > latest / seconds(1)) return std::nullopt;
  return seconds(count);
}

}  // namespace tributary::dnssec
