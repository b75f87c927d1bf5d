#pragma once

#include <cstddef>
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
    return table_.with([&](const Table& table) -> std::optional<Value> {
      const auto found = table.find(name);
      if (found == table.end() || found->second.expires <= now) return std::nullopt;
      return found->second.value;
    });
  }

  void store(const dns::Name& name, Value value, Instant expires) {
    table_.with([&](Table& table) {
      if (table.size() >= most_ && !table.contains(name)) table.erase(table.begin());
      table.insert_or_assign(name, Known{std::move(value), expires});
    });
  }

  void clear() {
    table_.with([](Table& table) { table.clear(); });
  }

 private:
  struct Known {
    Value value;
    Instant expires;
  };
  using Table = std::unordered_map<dns::Name, Known, dns::NameHash>;

  std::size_t most_;
  Locked<Table> table_;
};

}  // namespace tributary::dnssec
