#include "resolver/strategy/disagreement_log.hpp"

#include <fmt/format.h>

namespace tributary::resolver {

std::optional<std::string> DisagreementLog::contradiction(const dns::Question& question, const Said& winner,
                                                          const Said& loser, Instant now) {
  return line(disagreements_, question,
              fmt::format("{} says {}, but {}, whose answer won, says {}", loser.upstream,
                          to_text(loser.statement), winner.upstream, to_text(winner.statement)),
              now);
}

std::optional<std::string> DisagreementLog::no_quorum(const dns::Question& question, const std::string& said,
                                                      Instant now) {
  return line(disagreements_, question, "no quorum agreed: " + said, now);
}

std::optional<std::string> DisagreementLog::bogus(const dns::Question& question, const std::string& upstream,
                                                  const std::string& reason, Instant now) {
  return line(disagreements_, question, fmt::format("the reply of {} is bogus: {}", upstream, reason), now);
}

std::optional<std::string> DisagreementLog::odd_ttl(const dns::Question& question,
                                                    const std::string& upstream, TtlAnomaly kind,
                                                    Instant now) {
  return line(ttls_, question, fmt::format("{} tells {}", upstream, to_phrase(kind)), now);
}

std::optional<std::string> DisagreementLog::line(Lines& lines, const dns::Question& question,
                                                 const std::string& what, Instant now) const {
  if (now < lines.next) {
    ++lines.left_out;
    return std::nullopt;
  }
  lines.next = now + lines.interval;
  auto out =
      fmt::format("group {}: {} {}: {}", group_, question.name.to_text(), dns::to_text(question.type), what);
  if (lines.left_out != 0)
    out += fmt::format(" ({} more such {} were not logged)", lines.left_out, lines.what);
  lines.left_out = 0;
  return out;
}

}  // namespace tributary::resolver
