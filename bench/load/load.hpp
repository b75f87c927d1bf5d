#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "bench/load/in_flight.hpp"
#include "bench/load/latency_histogram.hpp"
#include "bench/load/query_source.hpp"

namespace tributary::load {

/// How to load a server on 127.0.0.1.
struct Plan {
  std::uint16_t port = 0;
  QuerySource queries;
  std::chrono::duration<double> length;  ///< Then nothing more is sent; what is late is waited for.
  std::size_t window = 1;                ///< Closed loops: so many queries wait for their answers.
  double rate = 0;                       ///< Open loop: queries a second.
  std::size_t connections = 1;           ///< TCP; they share the window.
};

/// What is sent and what comes back.
class Exchange {
 public:
  static constexpr std::chrono::seconds patience{2};  ///< What comes later is lost.

  explicit Exchange(Plan plan) : plan_(plan), start_(Clock::now()) {}

  const Plan& plan() const { return plan_; }
  Clock::time_point start() const { return start_; }
  std::size_t waiting() const { return in_flight_.count(); }
  /// So many queries may be sent now. 0 does not yet mean the end.
  std::size_t sendable(Clock::time_point now) const {
    return now - start_ < plan_.length ? std::min(plan_.queries.left(), InFlight::most - waiting()) : 0;
  }
  /// True while more is to be sent or may come.
  bool alive(Clock::time_point now) const { return waiting() > 0 || sendable(now) > 0; }

  /// The next query, until the next call; its latency counts from `time`. Requires: one is sendable.
  std::span<const std::uint8_t> query(Clock::time_point time) {
    return plan_.queries.next(in_flight_.add(time));
  }
  void receive(std::span<const std::uint8_t> response, Clock::time_point now);
  /// To be called now and then: gives up what is not answered.
  void give_up(Clock::time_point now);

  /// As JSON, on standard output.
  void print() const;

 private:
  Plan plan_;
  Clock::time_point start_;
  Clock::time_point next_give_up_ = start_ + patience;
  Clock::time_point last_ = start_;
  InFlight in_flight_;
  LatencyHistogram latencies_;
  std::array<std::uint64_t, 16> answers_by_rcode_{};
  std::uint64_t lost_ = 0;
};

/// UDP: a new query for each answer.
void run_udp_closed(Exchange& exchange);
/// UDP: queries in even distances, answered or not. Latencies count from when a query was due.
void run_udp_paced(Exchange& exchange);
/// TCP: several connections, a new query for each answer.
void run_tcp(Exchange& exchange);

}  // namespace tributary::load
