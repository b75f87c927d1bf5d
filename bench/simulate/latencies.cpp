#include "bench/simulate/latencies.hpp"

#include <algorithm>
#include <cmath>

namespace tributary::simulate {

void Latencies::add(Duration latency) {
  milliseconds_.push_back(std::chrono::duration<float, std::milli>(latency).count());
}

Latencies::Summary Latencies::summary() {
  if (milliseconds_.empty()) return {};
  std::ranges::sort(milliseconds_);
  const auto quantile = [this](double share) {
    const auto rank = std::ceil(share * static_cast<double>(milliseconds_.size()));
    return static_cast<double>(milliseconds_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1]);
  };
  return {milliseconds_.size(), quantile(0.5), quantile(0.99), quantile(0.999)};
}

std::vector<std::uint32_t> Latencies::histogram() const {
  std::vector<std::uint32_t> out(buckets);
  for (const double each : milliseconds_) {
    const double bucket = std::clamp(std::log10(each) * buckets_per_decade, 0.0, buckets - 1.0);
    ++out[static_cast<std::size_t>(bucket)];
  }
  return out;
}

}  // namespace tributary::simulate
