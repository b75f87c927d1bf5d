#include "cache/index.hpp"

#include <algorithm>

namespace tributary::cache {

Index::Slot* Index::slot(Tag tag, Position position) {
  const auto wanted = std::uint64_t{tag} << 32 | position;
  for (const std::size_t bucket : buckets_of(tag, owned_->size())) {
    for (auto& slot : (*owned_)[bucket].slots) {
      if (value(slot) == wanted) return &slot;
    }
  }
  return nullptr;
}

bool Index::remembers(Tag tag) const {
  const auto ghost = [tag](const Slot& slot) { return value(slot) == std::uint64_t{tag} << 32; };
  return std::ranges::any_of(buckets_of(tag, owned_->size()), [&](std::size_t bucket) {
    return std::ranges::any_of((*owned_)[bucket].slots, ghost);
  });
}

bool Index::crowded(Tag tag) const {
  if (entries_ * 4 >= owned_->size() * slots_of_bucket * 3) return true;
  return std::ranges::all_of(buckets_of(tag, owned_->size()), [this](std::size_t bucket) {
    return std::ranges::all_of((*owned_)[bucket].slots,
                               [](const Slot& slot) { return position_in(value(slot)) != 0; });
  });
}

bool Index::add_to(Table& table, Tag tag, Position position) {
  const auto taken = [&table](std::size_t bucket) {
    return std::ranges::count_if(table[bucket].slots,
                                 [](const Slot& slot) { return position_in(value(slot)) != 0; });
  };
  const auto [one, other] = buckets_of(tag, table.size());
  auto& slots = table[taken(other) < taken(one) ? other : one].slots;
  Slot* place = nullptr;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    // Where to start changes, so that it is not always the youngest ghost that gives way.
    Slot& slot = slots[(i + position) % slots.size()];
    if (position_in(value(slot)) != 0) continue;
    if (place == nullptr || value(slot) == 0) place = &slot;
  }
  if (place == nullptr) return false;
  set(*place, tag, position);
  return true;
}

bool Index::add(Tag tag, Position position) {
  const bool added = add_to(*owned_, tag, position);
  entries_ += added;
  return added;
}

void Index::erase(Slot& slot) {
  set(slot, 0, 0);
  --entries_;
}

void Index::drop(Slot& slot) {
  set(slot, tag_in(value(slot)), 0);
  --entries_;
}

bool Index::copy_to(Table& table) const {
  bool complete = true;
  const auto copy = [&](bool ghosts) {
    // Slot by slot, not bucket by bucket: else the last buckets, which find most of the others full,
    // overflow.
    for (std::size_t i = 0; i < slots_of_bucket; ++i) {
      for (const Bucket& bucket : *owned_) {
        const auto word = value(bucket.slots[i]);
        if (word == 0 || (position_in(word) == 0) != ghosts) continue;
        complete &= add_to(table, tag_in(word), position_in(word)) || ghosts;
      }
    }
  };
  copy(false);
  copy(true);
  return complete;
}

std::unique_ptr<Index::Table> Index::grow() {
  auto grown = std::make_unique<Table>(next_size());
  while (!copy_to(*grown)) grown = std::make_unique<Table>(grown->size() + page);
  shown_.store(pack(*grown), std::memory_order_release);
  owned_.swap(grown);
  return grown;
}

std::size_t PartedIndex::entries() const {
  std::size_t sum = 0;
  for (std::size_t i = 0; i <= mask_; ++i) sum += parts_[i].entries();
  return sum;
}

std::size_t PartedIndex::bytes() const {
  std::size_t sum = 0;
  for (std::size_t i = 0; i <= mask_; ++i) sum += parts_[i].bytes();
  return sum;
}

}  // namespace tributary::cache
