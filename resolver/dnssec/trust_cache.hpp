#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/locked.hpp"
#include "base/time.hpp"
#include "dns/name.hpp"

namespace tributary::dnssec {

/// What is known about names for a while: bounded, thread-safe. When it is full, some name gives way: who
/// needs it asks again, and mostly the answer cache still has it.
template <typename Value>
class TrustCache {
 public:
  /// Holds `most` names.
  explicit TrustCache(std::size_t most) : most_(most) {}

  /// A copy of what is known at `now`.
  std::optional<Value> find(const dns::Name& name, Instant now) const {
    return state_.with([&](const State& state) -> std::optional<Value> {
      const auto found = state.table.find(name);
      if (found == state.table.end() || found->second.expires <= now) return std::nullopt;
      return found->second.value;
    });
  }

  /// Which one it is of the times between two calls of `clear`.
  std::uint32_t generation() const {
    return state_.with([](const State& state) { return state.generation; });
  }
  /// Not if it was begun to be found out in another generation.
  void store(const dns::Name& name, Value value, Instant expires, std::uint32_t generation) {
    state_.with([&](State& state) {
      if (state.generation != generation) return;
      if (state.table.size() >= most_ && !state.table.contains(name)) state.table.erase(state.table.begin());
      state.table.insert_or_assign(name, Known{std::move(value), expires});
    });
  }

  /// Forgets all.
  void clear() {
    state_.with([](State& state) {
      ++state.generation;
      state.table.clear();
    });
  }

 private:
  struct Known {
    Value value;
    Instant expires;
  };
  struct State {
    std::unordered_map<dns::Name, Known, dns::NameHash> table;
    std::uint32_t generation = 0;
  };

  std::size_t most_;
  Locked<State> state_;
};

}  // namespace tributary::dnssec
