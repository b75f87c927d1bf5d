// What a cookie adds to an answer: the option found and answered, for a client that has a good one (its hash
// is checked) and for one that has none yet (a hash is made).

#include <benchmark/benchmark.h>

#include "resolver/server_cookies.hpp"

namespace tributary::resolver {
namespace {

constexpr Instant now{std::chrono::hours(1)};

void reply(benchmark::State& state, std::span<const std::uint8_t> data) {
  const ServerCookies cookies{SipKey{7}, std::chrono::hours(12)};
  const auto client = asio::ip::make_address("192.0.2.1");
  ServerCookies::Option option = cookies.reply(ServerCookies::Option{}, client, now);
  if (data.empty()) data = option;
  for (auto _ : state) benchmark::DoNotOptimize(cookies.reply(data, client, now));
}

void reply_to_good_cookie(benchmark::State& state) {
  reply(state, {});
}

void reply_to_client_cookie(benchmark::State& state) {
  reply(state, std::array<std::uint8_t, ServerCookies::client_size>{});
}

BENCHMARK(reply_to_good_cookie);
BENCHMARK(reply_to_client_cookie);

}  // namespace
}  // namespace tributary::resolver
