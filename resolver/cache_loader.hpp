#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cache/answer_cache.hpp"
#include "cache/dump_reader.hpp"
#include "policy/decide.hpp"
#include "resolver/answer_validation.hpp"
#include "resolver/cache_terms.hpp"
#include "resolver/strategy/judge.hpp"

namespace tributary::resolver {

/// What became of the answers in a cache file.
struct CacheLoadResult {
  std::uint64_t loaded = 0;   ///< Are in the cache again.
  std::uint64_t skipped = 0;  ///< Damaged, not to be believed, or known better already.
  std::uint64_t expired = 0;
  std::string refusal;  ///< Why none could be used: "is no cache file". Empty if some could.
};

/// Puts the answers of a cache file back into the cache. They are treated as if their upstream had just sent
/// them: each message goes through a Judge, which takes nothing of it but what belongs to the question, and
/// settles rank and TTLs by what is configured now.
///
/// An answer comes back only if
///   - it was routed then as it is now, to a group with the same upstreams;
///   - its age is known;
///   - where answers are validated now, it was validated then, with the same trust.
/// What was found insecure stays so. What was found secure is validated anew before anybody gets it. No
/// answer that came since the start is replaced, whatever its rank.
///
/// One thread, beside those who use the cache.
class CacheLoader {
 public:
  /// What answers are held against. What is referred to outlives the loader.
  struct Tools {
    const policy::Config& config;
    const policy::Policy& policy;  ///< Of `config`.
    cache::AnswerCache& cache;
    Trust* trust = nullptr;                       ///< Null: nothing is validated.
    CacheNumbers numbers;                         ///< Of `config`.
    std::shared_ptr<const void> alive = nullptr;  ///< Keeps what is referred to, if need be.
  };

  /// From then on what was found secure before `now` is validated anew when it is asked for.
  CacheLoader(Tools tools, const cache::HostTime& now);

  /// Takes the next piece of the file.
  void feed(std::span<const std::uint8_t> piece);
  /// No more pieces come. Once.
  CacheLoadResult finish();

 private:
  enum class Fate { loaded, skipped, expired };
  /// What the file says by number, by the numbers of now.
  struct Meaning {
    std::optional<std::chrono::milliseconds> age;  ///< Of the file.
    std::map<std::uint16_t, std::size_t> groups;   ///< Places in the configuration.
    std::vector<cache::UpstreamPlace> upstreams;
    bool same_trust = false;
  };

  void note(const cache::DumpHeader& header, const cache::DumpedAnswer& record);
  Meaning meaning_of(const cache::DumpHeader& header) const;
  Fate take(const cache::DumpHeader& header, const cache::DumpedAnswer& record);
  std::optional<policy::Forward> route(const dns::Question& question,
                                       const cache::DumpedAnswer& record) const;
  std::optional<cache::UpstreamPlace> upstream(const cache::DumpedAnswer& record) const;
  Channel channel(const cache::DumpedAnswer& record, cache::UpstreamPlace upstream) const;
  /// As it came `age` ago; null if it is none.
  cache::AnswerPtr judged(const Query& query, const cache::DumpedAnswer& record, Channel channel,
                          Duration age);
  cache::AnswerPtr with_security(cache::AnswerPtr answer, cache::Security then, bool validated) const;

  Tools tools_;
  cache::DumpHeader terms_;
  Judge judge_;
  cache::DumpReader reader_;
  std::optional<Meaning> meaning_;
  CacheLoadResult result_;
};

}  // namespace tributary::resolver
