// What a cache tells of one question ends at one instant, however often it is asked. So a TTL is compared by
// the end that it tells:
//   no later than before, give or take the tolerance: it falls as it should
//   later, with the TTL that was told before: it has not fallen, which is odd if it goes on
//   later, shortly before the old end: the upstream has asked anew ahead of it, as we do ourselves
//   later: it has risen
// Once the old end is over, the upstream has asked anew, and nothing can be compared.

#include "resolver/upstream/ttl_watch.hpp"

#include <algorithm>

namespace tributary::resolver {

const char* to_text(TtlAnomaly kind) {
  switch (kind) {
    case TtlAnomaly::above_original:
      return "above_original";
    case TtlAnomaly::risen:
      return "risen";
    case TtlAnomaly::never_falls:
      return "never_falls";
  }
  return "unknown";
}

const char* to_phrase(TtlAnomaly kind) {
  switch (kind) {
    case TtlAnomaly::above_original:
      return "a TTL above the signed one";
    case TtlAnomaly::risen:
      return "a TTL that rises within its life";
    case TtlAnomaly::never_falls:
      return "a TTL that never falls";
  }
  return "a TTL that is odd";
}

TtlWatch::Tag TtlWatch::tag_of(const dns::Question& question, const cache::KeyedHash& hash) {
  return Tag{hash(question.name.lower_cased().wire(), static_cast<std::uint16_t>(question.type))};
}

std::optional<TtlAnomaly> TtlWatch::told(Tag tag, std::uint32_t ttl, Instant now) {
  if (ttl == 0) return std::nullopt;
  Told& before = table_[static_cast<std::uint64_t>(tag) % places];
  if (before.tag == tag && now < before.ends) return compare(before, ttl, now);
  if (before.tag == tag || before.gives_way(now))
    before = {tag, ttl, 0, now + std::chrono::seconds(ttl), now};
  return std::nullopt;
}

/// Requires: what was told before has not ended.
std::optional<TtlAnomaly> TtlWatch::compare(Told& before, std::uint32_t ttl, Instant now) {
  const Instant ends = now + std::chrono::seconds(ttl);
  const Duration left = before.ends - now;
  const bool same = ttl == before.ttl;
  before.ttl = ttl;
  before.heard = now;
  if (ends <= before.ends + tolerance) {
    if (!same) before.repeated = 0;
    before.ends = std::min(before.ends, ends);
    return std::nullopt;
  }
  before.ends = ends;
  before.repeated = static_cast<std::uint8_t>(same ? std::min(before.repeated + 1, int{repeats}) : 0);
  if (same) return before.repeated == repeats ? std::optional(TtlAnomaly::never_falls) : std::nullopt;
  const bool renewed = left <= std::chrono::seconds(ttl) / renewal_part;
  return renewed ? std::nullopt : std::optional(TtlAnomaly::risen);
}

}  // namespace tributary::resolver
