#include "resolver/strategy/disagreement_log.hpp"

#include <fmt/format.h>

namespace tributary::resolver {

std::optional<std::string> DisagreementLog::contradiction(const dns::Question& question, const Said& winner,
                                                          const Said& loser, Instant now) {
  return line(question,
              fmt::format("{} says {}, but {}, whose answer won, says {}", loser.upstream,
                          to_text(loser.statement), winner.upstream, to_text(winner.statement)),
              now);
}

std::optional<std::string> DisagreementLog::no_quorum(const dns::Question& question, const std::string& said,
                                                      Instant now) {
  return line(question, "no quorum agreed: " + said, now);
}

std::optional<std::string> DisagreementLog::bogus(const dns::Question& question, const std::string& upstream,
                                                  const std::string& reason, Instant now) {
  return line(question, fmt::format("the reply of {} is bogus: {}", upstream, reason), now);
}

std::optional<std::string> DisagreementLog::line(const dns::Question& question, const std::string& what,
                                                 Instant now) {
  if (now < next_) {
    ++left_out_;
    return std::nullopt;
  }
  next_ = now + interval;
  auto out =
      fmt::format("group {}: {} {}: {}", group_, question.name.to_text(), dns::to_text(question.type), what);
  if (left_out_ != 0) out += fmt::format(" ({} more such disagreements were not logged)", left_out_);
  left_out_ = 0;
  return out;
}

}  // namespace tributary::resolver
