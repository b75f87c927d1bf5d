#include "resolver/strategy/losers.hpp"

#include <spdlog/spdlog.h>

#include "resolver/upstream/guarded.hpp"

namespace tributary::resolver {

void compare_with_winner(const Candidate& loser, const Candidate& winner, const dns::Question& question,
                         DisagreementLog& log, Instant now, Random& random) {
  auto& health = loser.upstream->health();
  health.lost();
  // Who validates is not to be blamed for finding out what the winner did not look for.
  if (claims_bogus(loser.judgement) && !winner.judgement.validated) return health.disagreed();
  if (loser.judgement.bogus) {
    // Only what is proven right shows that the question could be answered well.
    if (winner.judgement.answer->security() == cache::Security::secure)
      health.lost_validation(loser.judgement.reason, now);
    return;
  }
  if (loser.judgement.undecided) return;
  if (loser.judgement.grade == Grade::useless) {
    // A weak winner does not show that the question could be answered well.
    if (winner.judgement.grade != Grade::weak)
      health.outdone(question.name, loser.judgement.reason, now, random);
    return;
  }
  if (!loser.judgement.answer) return;
  const auto won = statement_of(*winner.judgement.answer), lost = statement_of(*loser.judgement.answer);
  if (agree(won, lost)) return;
  health.disagreed();
  const auto line =
      log.contradiction(question, {winner.upstream->health().name(), won}, {health.name(), lost}, now);
  if (line) spdlog::warn(*line);
}

}  // namespace tributary::resolver
