#include "resolver/dnssec/denial_cache.hpp"

#include <algorithm>
#include <chrono>

#include "dns/message_builder.hpp"

namespace tributary::dnssec {

namespace {

/// Whole seconds until the first of `sets` expires, and no more than the SOA's MINIMUM. The SOA is the first.
std::uint32_t remaining_ttl(const std::vector<KeptSet>& sets, Instant now) {
  const auto first = std::ranges::min(sets, {}, &KeptSet::expires).expires;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(first - now).count();
  const Rrset& soa = sets.front().set;
  const auto ttl = static_cast<std::uint32_t>(std::min<std::int64_t>(seconds, INT32_MAX));
  return dns::negative_ttl({soa.owner, soa.type, dns::Class::IN, ttl, soa.rdata.front()}).value_or(0);
}

[[nodiscard]] bool write(dns::MessageBuilder& builder, const Rrset& set, std::uint32_t ttl) {
  const auto write_all = [&](dns::Type type, const std::vector<std::vector<std::uint8_t>>& records) {
    return std::ranges::all_of(records, [&](const auto& rdata) {
      return builder.record(dns::Section::authority, {set.owner, type, dns::Class::IN, ttl, rdata});
    });
  };
  return write_all(set.type, set.rdata) && write_all(dns::Type::RRSIG, set.signatures);
}

std::optional<std::vector<std::uint8_t>> message_of(const dns::Question& question,
                                                    const KeptDenials::Proof& proof, Instant now) {
  const std::uint32_t ttl = remaining_ttl(proof.sets, now);
  if (ttl == 0) return {};
  dns::Header header;
  header.response = header.recursion_desired = header.recursion_available = true;
  header.rcode = proof.rcode;
  dns::MessageBuilder builder(header);
  builder.remember_names(false);
  builder.question(question);
  if (!std::ranges::all_of(proof.sets, [&](const KeptSet& kept) { return write(builder, kept.set, ttl); }))
    return {};
  return builder.take();
}

}  // namespace

DenialCache::DenialCache(std::size_t most_octets) {
  for (std::size_t i = 0; i < shard_count; ++i) shards_.emplace_back(KeptDenials(most_octets / shard_count));
}

void DenialCache::store(const dns::Name& zone, std::uint16_t group, const Rrset& set, Instant expires) {
  shard_of(zone).with([&](KeptDenials& kept) { kept.store({zone, group}, set, expires); });
}

std::optional<std::vector<std::uint8_t>> DenialCache::look_up(const dns::Question& question,
                                                              std::uint16_t group, Instant now,
                                                              ValidationBudget& budget) {
  if (question.klass != dns::Class::IN || dns::is_meta_type(question.type)) return {};
  // Only the deepest zone that is known tells of a name; of DS, the parent of the zone that has it.
  const std::size_t labels = question.name.label_count();
  for (std::size_t kept_labels = question.type == dns::Type::DS ? labels : labels + 1; kept_labels-- > 0;) {
    const ZoneView view{question.name.suffix(kept_labels), group};
    bool known = false;
    const auto proof = shard_of(view.zone).with([&](KeptDenials& kept) -> std::optional<KeptDenials::Proof> {
      known = kept.knows(view, now);
      return known ? kept.prove(view, question.name, question.type, now, budget) : std::nullopt;
    });
    if (known) return proof ? message_of(question, *proof, now) : std::nullopt;
  }
  return {};
}

void DenialCache::clear() {
  for (auto& shard : shards_) shard.with([](KeptDenials& kept) { kept.clear(); });
}

std::size_t DenialCache::octets() const {
  std::size_t total = 0;
  for (const auto& shard : shards_)
    total += shard.with([](const KeptDenials& kept) { return kept.octets(); });
  return total;
}

Locked<KeptDenials>& DenialCache::shard_of(const dns::Name& zone) {
  return shards_[zone.hash() % shard_count];
}

}  // namespace tributary::dnssec
