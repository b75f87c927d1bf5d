#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <optional>

namespace tributary::resolver {

/// The value that another thread promised; nothing if `stopping` comes true first. Blocks.
template <typename Value>
std::optional<Value> await_value(std::future<Value> promised, const std::atomic<bool>& stopping) {
  constexpr auto look_every = std::chrono::milliseconds(20);
  while (promised.wait_for(look_every) != std::future_status::ready) {
    if (stopping) return std::nullopt;
  }
  return promised.get();
}

}  // namespace tributary::resolver
