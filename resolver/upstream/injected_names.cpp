#include "resolver/upstream/injected_names.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

std::string key_of(const dns::Name& name) {
  const auto wire = name.wire();
  std::string key(wire.begin(), wire.end());
  std::ranges::transform(key, key.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return key;
}

}  // namespace

bool InjectedNames::suspicious(const dns::Name& name, Instant now) const {
  if (now >= until_.load(std::memory_order_relaxed)) return false;
  return table_.with([&, key = key_of(name)](const Table& table) {
    const auto found = table.until.find(key);
    return found != table.until.end() && now < found->second;
  });
}

void InjectedNames::note(const dns::Question& question, Instant now) {
  table_.with([&](Table& table) {
    const auto [place, added] = table.until.insert_or_assign(key_of(question.name), now + remembered_for);
    if (!added) return;
    table.by_age.push_back(place->first);
    if (table.by_age.size() <= capacity) return;
    table.until.erase(table.by_age.front());
    table.by_age.pop_front();
  });
  until_.store(now + remembered_for, std::memory_order_relaxed);
  if (told_) told_(question);
}

}  // namespace tributary::resolver
