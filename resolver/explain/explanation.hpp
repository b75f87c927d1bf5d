#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "dns/edns.hpp"
#include "dns/record.hpp"

namespace tributary::explain {

/// What became of asking one upstream.
enum class Fate : std::uint8_t {
  not_asked,  ///< It had a place in the plan, or could have had one.
  in_flight,  ///< No end of it was seen.
  won,
  lost,    ///< It replied before the decision.
  late,    ///< It replied after the decision.
  failed,  ///< It did not reply.
};
/// A word or two: "won", "not asked".
std::string_view to_text(Fate fate);

/// One upstream that was asked, or might have been. Times count from when the question came.
struct Attempt {
  dns::Question question{};        ///< The one explained, or a link of its chain of trust.
  std::string upstream{}, over{};  ///< Its name; "udp", "https".
  std::string reason{};            ///< Why it was picked, and why then.
  std::optional<Duration> sent{};  ///< Nothing: it was not asked.
  std::optional<Duration> ended{};
  std::string outcome{};  ///< What came back: "NOERROR: 192.0.2.1", "timeout".
  std::string grade{};    ///< What that was worth: "complete"; empty if nothing came.
  Fate fate = Fate::not_asked;
  std::string why{};  ///< It won, or did not.
};

/// Which rule sent the question where.
struct Route {
  dns::Name suffix{};               ///< That the rule is for.
  std::string group{}, strategy{};  ///< Empty: answered by ourselves.
  std::string rule{};               ///< Why this one: a sentence.
  bool validate = false;
};

/// What the cache had. Seconds.
struct CacheFinding {
  enum class State : std::uint8_t { absent, fresh, stale, expired };
  State state = State::absent;
  bool skipped = false;  ///< It was not to be used.
  std::uint32_t age = 0;
  std::uint32_t ttl = 0;  ///< Left; 0 if it has expired.
  std::string rank{},
      upstream{};  ///< How far it is to be trusted; whose reply it was made of, if that is known.
};
std::string_view to_text(CacheFinding::State state);

/// A key, or a DS that names one.
struct KeyName {
  std::uint16_t tag = 0;
  std::uint8_t algorithm = 0;
  bool sep = false;

  friend bool operator==(const KeyName&, const KeyName&) = default;
};

/// One zone on the chain of trust.
struct Link {
  dns::Name zone{};
  std::string_view status{};    ///< "secure", "insecure", "bogus", "indeterminate".
  std::vector<KeyName> ds{};    ///< Of the zone above; of the trust anchor where the chain begins.
  std::vector<KeyName> keys{};  ///< That its records may be signed with.
  std::optional<std::uint16_t> signed_by{};  ///< The key that signed these, if that is known.
  std::string why{};                         ///< It is not secure; or where it begins.
};

/// A set of the answer, and whose signature of it is good.
struct SignedSet {
  dns::Name owner{};
  dns::Type type{};
  dns::Name zone{};
  std::uint16_t key_tag = 0;
};

/// What became of the TTL, in seconds.
struct Ttl {
  struct Cut {
    std::uint32_t to = 0;
    std::string why;
  };
  std::optional<std::uint32_t> received{};  ///< As the upstream told it; for a hit, as it was kept.
  std::optional<std::uint32_t> given{};     ///< Nothing: there is no record.
  std::vector<Cut> cuts{};

  /// Notes that it is `to` now, if that is less than before.
  void cut(std::uint32_t to, std::string why);
  std::optional<std::uint32_t> now() const;
};

/// What came of a question.
struct Answer {
  dns::Rcode rcode = dns::Rcode::SERVFAIL;
  std::vector<std::string> records{};  ///< Of the answer section, with the TTLs that are given.
  std::string_view security = "unchecked";
  std::string_view source = "none";  ///< "cache", "upstream", "stale", "local"; "none" of a failure.
  std::optional<dns::ExtendedErrorOption> error{};
};

/// How one name was answered: the one asked for, or one that a CNAME leads to.
struct Step {
  dns::Question question{};
  std::optional<Route> route{};
  std::optional<CacheFinding> cache{};
  std::vector<Attempt> attempts{};  ///< In the order in which they were planned.
  std::vector<Link> chain{};        ///< From the trust anchor downwards.
  std::vector<SignedSet> signatures{};
  Ttl ttl{};
  std::vector<std::string> notes{};  ///< What else decided: a sentence each.
  Answer answer{};
};

/// All that can be told of how a question was answered. A plain value.
struct Explanation {
  Duration asked_at{};                      ///< Since 1970.
  std::vector<Step> steps{};                ///< At least one.
  std::optional<std::string_view> clock{};  ///< Its state; nothing where nobody validates.
  Answer answer{};                          ///< What the client gets.
  Duration answered{};                      ///< After that time.
  Duration total{};  ///< Until the last attempt had ended, or was no longer waited for.
};

}  // namespace tributary::explain
