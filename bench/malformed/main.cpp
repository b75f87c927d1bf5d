// What does bad input cost? Hits are sent at a steady pace, alone, then beside floods of good queries and of
// malformed ones, in turn. Prints a Markdown table: medians of the rounds.
//
//   malformed_benchmark DAEMON [ROUNDS [SECONDS [FLOOD_RATE]]]
//
// A flood as fast as one core can send it fills the daemon's core and its socket, whatever it consists of; so
// it is the flood of good queries that tells whether a malformed one costs more. The daemon runs on core 0,
// all else on core 1.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>

#include "bench/malformed/authority.hpp"
#include "bench/malformed/subject.hpp"
#include "bench/malformed/traffic.hpp"

namespace tributary::malformed {
namespace {

struct Options {
  std::string daemon;
  int rounds = 5;
  std::chrono::duration<double> time{1};
  double flood_rate = std::numeric_limits<double>::infinity();
};

struct Result {
  double flood_rate = 0;  // datagrams a second
  double answered = 0;    // part of the hits
  double cpu = 0;         // microseconds for each datagram that the daemon read
  double p50 = 0, p99 = 0;
};

Result measure(const Subject& subject, std::uint16_t port, const Kind* flood, const Options& options) {
  const auto cpu_before = subject.cpu_time();
  const auto drops_before = subject.drops();
  const auto traffic = send_traffic(port, flood, options.flood_rate,
                                    std::chrono::duration_cast<std::chrono::nanoseconds>(options.time));
  const auto cpu = std::chrono::duration<double, std::micro>(subject.cpu_time() - cpu_before).count();
  const auto sent = static_cast<double>(traffic.hits_sent + traffic.flood_sent);
  const auto read = sent - static_cast<double>(subject.drops() - drops_before);
  return {static_cast<double>(traffic.flood_sent) / options.time.count(), traffic.answered_part(), cpu / read,
          traffic.percentile(0.5), traffic.percentile(0.99)};
}

double median(const std::vector<Result>& results, double Result::*field) {
  std::vector<double> values;
  for (const auto& result : results) values.push_back(result.*field);
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Medians of the ratios round by round: a slow round is slow for all.
double ratio(const std::vector<Result>& results, const std::vector<Result>& others, double Result::*field) {
  std::vector<Result> ratios(results.size());
  for (std::size_t i = 0; i < results.size(); ++i) ratios[i].*field = results[i].*field / (others[i].*field);
  return median(ratios, field);
}

void print_row(const std::string& name, const std::vector<Result>& results, const std::vector<Result>& quiet,
               const std::vector<Result>& hits) {
  std::printf("| %s | %.0f | %.0f | %.2f | %.2f | %.0f | %.0f | %.2f | %.2f |\n", name.c_str(),
              median(results, &Result::flood_rate), 100 * median(results, &Result::answered),
              median(results, &Result::cpu), ratio(results, hits, &Result::cpu),
              median(results, &Result::p50), median(results, &Result::p99),
              ratio(results, quiet, &Result::p99), ratio(results, hits, &Result::p99));
}

void run(const Options& options) {
  stay_on_core(1);
  const Authority authority;
  const std::uint16_t port = LoopbackSocket(SOCK_DGRAM).bind_anywhere();  // free a moment ago
  const Subject subject(options.daemon, port, authority.port());
  warm_up(port);

  const auto floods = kinds();
  std::vector<Result> quiet;
  std::vector<std::vector<Result>> flooded(floods.size());
  for (int round = 0; round < options.rounds; ++round) {
    quiet.push_back(measure(subject, port, nullptr, options));
    for (std::size_t i = 0; i < floods.size(); ++i)
      flooded[i].push_back(measure(subject, port, &floods[i], options));
  }
  std::puts(
      "| flood | datagrams/s | hits answered, % | CPU µs each | to hits | p50, µs | p99, µs "
      "| p99 to quiet | p99 to hits |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|");
  print_row("none", quiet, quiet, flooded.front());
  for (std::size_t i = 0; i < floods.size(); ++i)
    print_row(floods[i].name, flooded[i], quiet, flooded.front());
}

}  // namespace
}  // namespace tributary::malformed

int main(int count, char** arguments) {
  if (count < 2) {
    std::fputs("usage: malformed_benchmark DAEMON [ROUNDS [SECONDS [FLOOD_RATE]]]\n", stderr);
    return 2;
  }
  tributary::malformed::Options options{arguments[1]};
  if (count > 2) options.rounds = std::max(1, std::atoi(arguments[2]));
  if (count > 3) options.time = std::chrono::duration<double>(std::atof(arguments[3]));
  if (count > 4) options.flood_rate = std::atof(arguments[4]);
  try {
    tributary::malformed::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "malformed_benchmark: %s\n", error.what());
    return 1;
  }
}
