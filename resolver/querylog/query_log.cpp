#include "resolver/querylog/query_log.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/call_logged.hpp"
#include "resolver/querylog/dnstap_socket.hpp"
#include "resolver/querylog/file_sink.hpp"
#include "resolver/querylog/frame_stream.hpp"
#include "resolver/querylog/json_line.hpp"

namespace tributary::resolver {
namespace {

/// Of one worker before the others, and the files, have their turn.
constexpr int most_in_a_row = 1000;
/// Before it looks what has come since it woke: a busy log wakes its writer no more often than that.
constexpr auto nap = std::chrono::milliseconds(5);
constexpr auto errand = "writing the query log";
constexpr Duration retry_interval = std::chrono::seconds(1);

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::unique_ptr<QuerySink> make_dnstap(const policy::QueryLogConfig& config, const std::string& version) {
  DnstapEncoder encoder(host_name(), version);
  if (config.dnstap_socket) return std::make_unique<DnstapSocket>(*config.dnstap_socket, std::move(encoder));
  if (!config.dnstap_file) return nullptr;
  LogFile::Framing framing{control_frame(FrameControl::start), control_frame(FrameControl::stop)};
  return std::make_unique<FileSink>(
      *config.dnstap_file, std::move(framing),
      [encoder](const LoggedQuery& query, std::string& out) mutable { encoder.append(query, out); });
}

std::unique_ptr<QuerySink> make_json(const policy::QueryLogConfig& config,
                                     const Locked<QueryLog::UpstreamNames>& upstreams) {
  if (!config.json) return nullptr;
  return std::make_unique<FileSink>(
      *config.json, LogFile::Framing(), [&upstreams](const LoggedQuery& query, std::string& out) {
        upstreams.with([&](const auto& names) { append_json_line(query, names, out); });
      });
}

/// A pipe whose reader has gone must not end the process.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

QueryLog::Clocks QueryLog::system_clocks() {
  return {BootClock::now, [] {
            return std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()) -
                   BootClock::now().time_since_epoch();
          }};
}

QueryLog::QueryLog(const policy::QueryLogConfig& config, Names names, std::size_t workers, Clocks clocks)
    : clocks_(std::move(clocks)),
      mask_{config.ipv4_bits, config.ipv6_bits},
      upstreams_(std::move(names.upstreams)),
      dnstap_(make_dnstap(config, names.version)),
      json_(make_json(config, upstreams_)) {
  for (std::size_t i = 0; i < workers; ++i) recorders_.emplace_back(config.queue, config.sample, sleeper_);
  for (auto* sink : {dnstap_.get(), json_.get()})
    if (sink != nullptr) sinks_.push_back(sink);
}

QueryLog::~QueryLog() {
  stopping_.store(true);
  sleeper_.wake();
  if (writer_.joinable()) writer_.join();
}

void QueryLog::start() {
  writer_ = std::thread([this] { run(); });
}

/// What fails is tried again after a nap, or else the log would fill up with it.
void QueryLog::run() {
  block_signals();
  while (!stopping_.load()) {
    bool more = false;
    call_logged(errand, [&] {
      more = write_round();
      flush();
    });
    if (!more) call_logged(errand, [this] { sleep(); });
  }
  call_logged(errand, [this] {
    while (write_round()) {
    }
    flush();
  });
}

/// True if there was something to write.
bool QueryLog::write_round() {
  const Instant now = clocks_.now();
  const Duration wall_clock = clocks_.wall_clock();
  bool any = false;
  for (auto& recorder : recorders_) {
    for (int count = 0; count < most_in_a_row; ++count) {
      auto query = recorder.front();
      if (!query) break;
      query->wall_clock = wall_clock;
      query->facts.client = mask_.masked(query->facts.client);
      call_logged(errand, [&] {
        for (auto* sink : sinks_) sink->write(*query, now);
      });
      recorder.pop();  // also what cannot be written: it would be in the way of all others
      any = true;
    }
  }
  return any;
}

void QueryLog::flush() {
  for (auto* sink : sinks_) sink->flush(clocks_.now());
}

bool QueryLog::has_work() {
  if (stopping_.load()) return true;
  return std::ranges::any_of(recorders_,
                             [](QueryRecorder& recorder) { return recorder.front().has_value(); });
}

void QueryLog::sleep() {
  const pollfd other = dnstap_ ? dnstap_->awaits() : pollfd{-1, 0, 0};
  const bool unsettled = std::ranges::any_of(sinks_, [](const auto* sink) { return sink->unsettled(); });
  sleeper_.sleep([this] { return has_work(); }, other,
                 unsettled ? std::optional(retry_interval) : std::nullopt);
  if (!stopping_.load()) std::this_thread::sleep_for(nap);
}

void QueryLog::name_upstreams(UpstreamNames names) {
  upstreams_.with([&](auto& ours) { ours = std::move(names); });
}

QueryLogTotals QueryLog::totals() const {
  QueryLogTotals out;
  for (const auto& recorder : recorders_) out.queue_full += recorder.dropped();
  if (dnstap_) {
    out.dnstap_written = dnstap_->counters().written.get();
    out.dnstap_dropped = dnstap_->counters().dropped.get();
  }
  if (json_) {
    out.json_written = json_->counters().written.get();
    out.json_dropped = json_->counters().dropped.get();
  }
  return out;
}

}  // namespace tributary::resolver
