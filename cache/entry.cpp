#include "cache/entry.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "dns/message_view.hpp"
#include "dns/octets.hpp"

namespace tributary::cache {
namespace {

enum Flag : std::uint8_t {
  has_cuts = 1,
  checking_disabled = 2,
  has_error = 4,
  continues_flag = 8,
  main_flag = 16,
  security_bits = 32 | 64
};

constexpr std::size_t left_out = 4;  // ID and flags
constexpr std::size_t type_and_class = 4;
constexpr unsigned security_shift = 5;
constexpr std::uint8_t most_hits = 3, hits_mask = 0x7F, refresh_claimed = 0x80;  // in EntryHeader::marks
constexpr std::uint16_t stale_ttl = 30;                                          // RFC 8767 §4
static_assert(sizeof(DnssecCuts) == 10);
constexpr Duration fraction{1'000'000'000 / 256};

/// Copies pieces one after the other.
class Writer {
 public:
  explicit Writer(std::byte* at) : at_(at) {}
  void put(const void* from, std::size_t size) {
    if (size > 0) std::memcpy(at_, from, size);
    at_ += size;
  }

 private:
  std::byte* at_;
};

std::uint8_t source_of(const Answer& answer, UpstreamPlace from) {
  if (answer.rank() != Rank::failure) return static_cast<std::uint8_t>(from);
  return static_cast<std::uint8_t>(std::min(answer.failures(), 255u));
}

EntryHeader header_of(const Key& key, const Answer& answer, UpstreamPlace from, bool in_main) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(answer.stored().time_since_epoch());
  EntryHeader header{};
  header.flags = static_cast<std::uint8_t>(
      (answer.cuts().empty() ? 0 : has_cuts) | (key.scope() & 1 ? checking_disabled : 0) |
      (answer.error() ? has_error : 0) | (answer.continues_at() ? continues_flag : 0) |
      (in_main ? main_flag : 0) | static_cast<unsigned>(answer.security()) << security_shift);
  header.grains = static_cast<std::uint16_t>(entry_size(answer) / 8);
  header.stored_seconds = static_cast<std::uint32_t>(seconds.count());
  header.stored_fraction =
      static_cast<std::uint8_t>((answer.stored().time_since_epoch() - seconds) / fraction);
  header.lifetime = static_cast<std::uint32_t>(answer.lifetime().count());
  header.group = static_cast<std::uint16_t>(key.scope() >> 1);
  header.message_size = static_cast<std::uint16_t>(answer.message().size());
  header.ttl_count = static_cast<std::uint16_t>(answer.ttl_offsets().size());
  header.error_text_size = static_cast<std::uint16_t>(answer.error() ? answer.error()->text.size() : 0);
  header.source = source_of(answer, from);
  header.rank = answer.rank();
  header.rcode = static_cast<std::uint8_t>(answer.rcode());
  return header;
}

}  // namespace

std::size_t entry_size(const Answer& answer) {
  const std::size_t size = sizeof(EntryHeader) + 2 * answer.ttl_offsets().size() + answer.message().size() -
                           left_out + (answer.cuts().empty() ? 0 : sizeof(DnssecCuts)) +
                           (answer.error() ? 2 + answer.error()->text.size() : 0) +
                           (answer.continues_at() ? answer.continues_at()->wire().size() : 0);
  return (size + 7) / 8 * 8;
}

void write_entry(std::byte* place, const Key& key, const Answer& answer, UpstreamPlace from, bool in_main) {
  Writer writer(place);
  const auto header = header_of(key, answer, from, in_main);
  writer.put(&header, sizeof header);
  writer.put(answer.ttl_offsets().data(), 2 * answer.ttl_offsets().size());
  if (!answer.cuts().empty()) writer.put(&answer.cuts(), sizeof(DnssecCuts));
  if (answer.error()) writer.put(&answer.error()->code, 2);
  writer.put(answer.message().data() + left_out, answer.message().size() - left_out);
  if (answer.error()) writer.put(answer.error()->text.data(), answer.error()->text.size());
  if (answer.continues_at())
    writer.put(answer.continues_at()->wire().data(), answer.continues_at()->wire().size());
}

void copy_entry(std::byte* place, const EntryView& entry, bool to_main, std::uint8_t frequency) {
  const auto* from = reinterpret_cast<const std::byte*>(entry.header_);
  // The marks stand first, and are not copied: readers may be writing to them.
  place[0] = std::byte{frequency};
  place[1] = to_main ? from[1] | std::byte{main_flag} : from[1];
  std::memcpy(place + 2, from + 2, entry.size() - 2);
}

std::span<const std::uint16_t> EntryView::ttl_offsets() const {
  return {reinterpret_cast<const std::uint16_t*>(body()), header_->ttl_count};
}

std::span<const std::uint8_t> EntryView::message() const {
  const std::size_t before = cuts_end() + ((header_->flags & has_error) ? 2 : 0);
  // In the place of the octets left out stands the end of what comes before.
  return {body() + before - left_out, header_->message_size};
}

DnssecCuts EntryView::cuts() const {
  DnssecCuts cuts;
  if (header_->flags & has_cuts)
    std::memcpy(&cuts, body() + 2 * std::size_t{header_->ttl_count}, sizeof cuts);
  return cuts;
}

std::size_t EntryView::cuts_end() const {
  return 2 * std::size_t{header_->ttl_count} + ((header_->flags & has_cuts) ? sizeof(DnssecCuts) : 0);
}

const std::uint8_t* EntryView::message_end() const {
  const auto whole = message();
  return whole.data() + whole.size();
}

Security EntryView::security() const {
  return static_cast<Security>((header_->flags & security_bits) >> security_shift);
}

std::optional<ErrorView> EntryView::error() const {
  if (!(header_->flags & has_error)) return {};
  dns::ExtendedError code;
  std::memcpy(&code, body() + cuts_end(), 2);
  return ErrorView(code, {reinterpret_cast<const char*>(message_end()), header_->error_text_size});
}

bool EntryView::continues() const {
  return header_->flags & continues_flag;
}

std::optional<dns::Name> EntryView::continues_at() const {
  if (!continues()) return {};
  const auto* start = message_end() + header_->error_text_size;
  return dns::Name::from_start_of({start, reinterpret_cast<const std::uint8_t*>(header_) + size()});
}

Instant EntryView::stored() const {
  return Instant(std::chrono::seconds(header_->stored_seconds) + header_->stored_fraction * fraction);
}

std::span<const std::uint8_t> EntryView::question() const {
  const auto octets = message().subspan(dns::header_size);
  std::size_t end = 0;
  while (octets[end] != 0) end += octets[end] + std::size_t{1};
  return octets.first(end + 1 + type_and_class);
}

std::uint32_t EntryView::scope() const {
  return Key::scope_of(header_->flags & checking_disabled, header_->group);
}

bool EntryView::belongs_to(const Key& key) const {
  const auto asked = key.question();
  return scope() == key.scope() && header_->message_size >= dns::header_size + asked.size() &&
         std::memcmp(message().data() + dns::header_size, asked.data(), asked.size()) == 0;
}

std::uint8_t EntryView::marks() const {
  return std::atomic_ref(header_->marks).load(std::memory_order_relaxed);
}

std::uint8_t EntryView::frequency() const {
  return marks() & hits_mask;
}

void EntryView::mark_hit() const {
  const auto before = marks();
  if ((before & hits_mask) == most_hits) return;
  // Two readers at once may count one hit: it is a hint, no sum.
  std::atomic_ref(header_->marks).store(static_cast<std::uint8_t>(before + 1), std::memory_order_relaxed);
}

bool EntryView::claim_refresh() const {
  const auto before = marks();
  if (before & refresh_claimed) return false;
  std::atomic_ref(header_->marks).store(before | refresh_claimed, std::memory_order_relaxed);
  return true;
}

bool EntryView::in_main() const {
  return header_->flags & main_flag;
}

AnswerPtr EntryView::stale_answer(Instant now) const {
  const auto out = copy();
  for (const auto offset : out->ttl_offsets_) {
    dns::write_u16(out->message_, offset, 0);
    dns::write_u16(out->message_, offset + std::size_t{2}, stale_ttl);
  }
  out->stored_ = now;
  out->lifetime_ = std::chrono::seconds(stale_ttl);
  out->stale_ = true;
  out->security_ = Security::unchecked;  // its signatures may have expired with it
  const bool denied = rcode() == dns::Rcode::NXDOMAIN;
  out->error_ = {denied ? dns::ExtendedError::stale_nxdomain_answer : dns::ExtendedError::stale_answer, {}};
  return out;
}

std::shared_ptr<Answer> EntryView::copy() const {
  const auto out = std::make_shared<Answer>(Answer::Making(), message(), ttl_offsets(), cuts());
  out->message_[0] = out->message_[1] = 0;
  out->message_[2] = 0x80;  // QR
  out->message_[3] = static_cast<std::uint8_t>(header_->rcode & 0x0F);
  if (const auto its_error = error())
    out->error_ = dns::ExtendedErrorOption{its_error->code, std::string(its_error->text)};
  out->continues_at_ = continues_at();
  out->stored_ = out->came_ = stored();
  out->upstream_ = upstream();
  out->lifetime_ = std::chrono::seconds(header_->lifetime);
  out->failures_ = failures();
  out->rcode_ = rcode();
  out->rank_ = rank();
  out->security_ = security();
  return out;
}

}  // namespace tributary::cache
