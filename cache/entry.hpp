#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "cache/answer.hpp"
#include "cache/key.hpp"

namespace tributary::cache {

/// An extended error (RFC 8914) whose text belongs to somebody else.
struct ErrorView {
  dns::ExtendedError code;
  std::string_view text;

  ErrorView(dns::ExtendedError its_code, std::string_view its_text) : code(its_code), text(its_text) {}
  explicit ErrorView(const dns::ExtendedErrorOption& option) : ErrorView(option.code, option.text) {}
};

/// What an entry begins with. Behind it stand, without gaps: the offsets of the TTLs, 16 bits each; the cuts,
/// if there are any; the code of the extended error, 16 bits, if there is one; the message without its first
/// four octets (ID and flags are always those of the client); the text of the extended error; the name that
/// the chain continues at.
///
/// Only `marks` changes once others can find the entry.
struct EntryHeader {
  mutable std::uint8_t marks;  ///< Hits, as far as eviction wants to know, and whether a refresh was claimed;
                               ///< through std::atomic_ref alone.
  std::uint8_t flags;
  std::uint16_t grains;  ///< Size of the entry. 0: there is no entry here.
  std::uint32_t stored_seconds;
  std::uint32_t lifetime;  ///< Seconds.
  std::uint16_t group;
  std::uint16_t message_size;  ///< Of the whole message.
  std::uint16_t ttl_count;
  std::uint16_t error_text_size;
  std::uint8_t stored_fraction;  ///< 1/256 s.
  std::uint8_t source;           ///< Of Rank::failure how many in a row, else an UpstreamPlace.
  Rank rank;
  std::uint8_t rcode;
};
static_assert(sizeof(EntryHeader) == 24 && alignof(EntryHeader) == 4);

/// A window on one entry; owns nothing, copies nothing.
class EntryView {
 public:
  explicit EntryView(const EntryHeader& header) : header_(&header) {}

  /// Header, question, records, with TTLs as they were at `stored()`. The first four octets mean nothing.
  std::span<const std::uint8_t> message() const;
  std::span<const std::uint16_t> ttl_offsets() const;
  DnssecCuts cuts() const;
  dns::Rcode rcode() const { return static_cast<dns::Rcode>(header_->rcode); }
  Rank rank() const { return header_->rank; }
  Security security() const;
  std::optional<ErrorView> error() const;
  bool continues() const;  ///< There is a `continues_at`.
  std::optional<dns::Name> continues_at() const;
  unsigned failures() const { return rank() == Rank::failure ? header_->source : 0; }
  /// Whose reply it was made of; none for a failure, and where it was stored without one.
  UpstreamPlace upstream() const {
    return rank() == Rank::failure ? UpstreamPlace::none : UpstreamPlace{header_->source};
  }

  Instant stored() const;
  Instant expires() const { return stored() + std::chrono::seconds(header_->lifetime); }
  std::chrono::seconds lifetime() const { return std::chrono::seconds(header_->lifetime); }
  bool fresh(Instant now) const { return now < expires(); }
  /// Expired, but no longer than `most` ago, and no failure: better than nothing (RFC 8767 §4).
  bool stale(Instant now, Duration most) const {
    return rank() != Rank::failure && !fresh(now) && fresh(now - most);
  }
  std::uint32_t age(Instant now) const { return Answer::age(stored(), now); }

  /// A copy that outlives the entry.
  AnswerPtr answer() const { return copy(); }
  /// A copy to be sent although it has expired: all TTLs are 30 s (RFC 8767 §4), and the client is told (RFC
  /// 8914 §4.4, §4.20).
  AnswerPtr stale_answer(Instant now) const;

  /// The question section and the scope of the entry's key (`Key::question`, `Key::scope`).
  std::span<const std::uint8_t> question() const;
  std::uint32_t scope() const;
  bool belongs_to(const Key& key) const;

  /// How often it was hit, at most 3. Marking costs a write only until then. Any thread.
  std::uint8_t frequency() const;
  void mark_hit() const;
  /// True for the first who calls it, in the whole life of the entry: it is asked for anew once. (Two at the
  /// same moment may both be told so: it is a hint.) Any thread.
  bool claim_refresh() const;

  bool in_main() const;  ///< Stands in the log `main`.
  std::size_t size() const { return std::size_t{header_->grains} * 8; }

 private:
  friend void copy_entry(std::byte* place, const EntryView& entry, bool to_main, std::uint8_t frequency);
  const std::uint8_t* body() const { return reinterpret_cast<const std::uint8_t*>(header_ + 1); }
  std::shared_ptr<Answer> copy() const;
  std::uint8_t marks() const;
  std::size_t cuts_end() const;  // counted from the body
  const std::uint8_t* message_end() const;

  const EntryHeader* header_;
};

/// Octets that the entry for `answer` takes.
std::size_t entry_size(const Answer& answer);
/// Writes it, as one that came `from` there. Requires: entry_size(answer) zeroed octets at `place`, at most
/// 64 KiB; the answer's question is the key's.
void write_entry(std::byte* place, const Key& key, const Answer& answer, UpstreamPlace from, bool in_main);
/// Writes a copy of `entry`, in `main` if that one was or `to_main`. Requires: entry.size() octets at
/// `place`.
void copy_entry(std::byte* place, const EntryView& entry, bool to_main, std::uint8_t frequency);

}  // namespace tributary::cache
