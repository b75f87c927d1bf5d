#pragma once

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include "base/locked.hpp"

namespace tributary {

/// The last so many things of a kind, for operators to look at. Thread-safe; for what happens seldom.
template <typename Item, std::size_t most>
class RecentItems {
 public:
  void add(Item item) {
    items_.with([&](std::deque<Item>& items) {
      items.push_front(std::move(item));
      if (items.size() > most) items.pop_back();
    });
  }
  /// Newest first.
  std::vector<Item> all() const {
    return items_.with([](const std::deque<Item>& items) { return std::vector(items.begin(), items.end()); });
  }

 private:
  Locked<std::deque<Item>> items_;
};

}  // namespace tributary
