#include <cstdio>
#include <numeric>

#include "bench/load/load.hpp"

namespace tributary::load {

void Exchange::receive(std::span<const std::uint8_t> response, Clock::time_point now) {
  if (response.size() < 12) return;
  const auto sent = in_flight_.take(static_cast<std::uint16_t>(response[0] << 8 | response[1]));
  if (!sent) return;
  latencies_.add(now - *sent);
  ++answers_by_rcode_[response[3] & 15];
  last_ = now;
}

void Exchange::give_up(Clock::time_point now) {
  if (now < next_give_up_) return;
  lost_ += in_flight_.forget_before(now - patience);
  next_give_up_ = now + patience / 8;
}

void Exchange::print() const {
  const auto microseconds = [this](double share) {
    return std::chrono::duration<double, std::micro>(latencies_.percentile(share)).count();
  };
  const auto answered = std::accumulate(answers_by_rcode_.begin(), answers_by_rcode_.end(), std::uint64_t{0});
  std::printf("{\"answered\": %ju, \"noerror\": %ju, \"lost\": %ju, \"seconds\": %.6f, ",
              std::uintmax_t{answered}, std::uintmax_t{answers_by_rcode_[0]}, std::uintmax_t{lost_},
              std::chrono::duration<double>(last_ - start_).count());
  std::printf("\"p50_us\": %.2f, \"p99_us\": %.2f, \"rcodes\": [", microseconds(0.5), microseconds(0.99));
  const char* separator = "";
  for (const auto count : answers_by_rcode_)
    std::printf("%s%ju", std::exchange(separator, ", "), std::uintmax_t{count});
  std::printf("]}\n");
}

}  // namespace tributary::load
