#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "cache/keyed_hash.hpp"
#include "dns/record.hpp"

namespace tributary::resolver {

/// What is wrong with a TTL that an upstream told. It harms nobody as long as it is cut to the limits, but
/// tells of an upstream that rewrites what it passes on, or forgets how long it has kept it.
enum class TtlAnomaly : std::uint8_t {
  above_original,  ///< Above the one that was signed (RFC 4035 §5.3.3).
  risen,           ///< Above what is left of the one told before, while that one lasts.
  never_falls,     ///< The same again and again.
};
inline constexpr std::size_t ttl_anomaly_kinds = static_cast<std::size_t>(TtlAnomaly::never_falls) + 1;

/// A word for metrics: "above_original".
const char* to_text(TtlAnomaly kind);
/// The same for people: "a TTL above the signed one".
const char* to_phrase(TtlAnomaly kind);

/// Holds the TTLs that one cache tells against those it told before: what a cache keeps counts down (RFC 1035
/// §3.2.1). A pure state machine with the caller's clock; allocates nothing.
///
/// It remembers a sample: one question at each place of a table. Who is there stays until its TTL is over or
/// it was not heard of for a while; else a stream of new names would drive out all others before they are
/// heard of again.
class TtlWatch {
 public:
  /// A cache counts whole seconds, and replies take their time.
  static constexpr Duration tolerance = std::chrono::seconds(3);
  /// So often in a row the same TTL has to come again: a resolver that is many caches may tell it from some
  /// of them.
  static constexpr std::uint8_t repeats = 3;
  /// Of the new TTL: where no more than this part is left of the old one, a cache may have asked anew ahead
  /// of its end.
  static constexpr unsigned renewal_part = 10;
  static constexpr Duration kept_unheard = std::chrono::minutes(10);
  static constexpr std::size_t places = 1024;

  /// Stands for a question. Clients choose the questions, and must not be able to choose ones that share a
  /// place.
  enum class Tag : std::uint64_t {};
  static Tag tag_of(const dns::Question& question, const cache::KeyedHash& hash);

  /// The upstream told `ttl` (seconds) for what `tag` stands for. A TTL of 0 says nothing.
  std::optional<TtlAnomaly> told(Tag tag, std::uint32_t ttl, Instant now);

 private:
  struct Told {
    Tag tag{};
    std::uint32_t ttl = 0;
    std::uint8_t repeated = 0;  // so often in a row, though it should have fallen
    Instant ends{};             // the earliest that was told
    Instant heard{};

    bool gives_way(Instant now) const { return now >= ends || now - heard >= kept_unheard; }
  };

  static std::optional<TtlAnomaly> compare(Told& before, std::uint32_t ttl, Instant now);

  std::array<Told, places> table_{};
};

}  // namespace tributary::resolver
