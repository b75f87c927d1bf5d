#include "resolver/querylog/answer_origin.hpp"

namespace tributary::resolver {
namespace {

/// What came since the query did was fetched for it. What no upstream stands behind follows from what was
/// known, unless it says that nobody could tell.
bool fetched(const cache::Answer& answer, Instant received) {
  if (answer.came() < received) return false;
  return answer.upstream() != cache::UpstreamPlace::none || answer.rank() == cache::Rank::failure;
}

AnswerSource source_of(const cache::Answer& answer, Instant received) {
  if (answer.is_stale()) return AnswerSource::stale;
  if (answer.is_local()) return AnswerSource::local;
  return fetched(answer, received) ? AnswerSource::upstream : AnswerSource::cache;
}

}  // namespace

AnswerOrigin origin_of(const cache::Answer& answer, Instant received) {
  return {source_of(answer, received), answer.upstream(), answer.security()};
}

}  // namespace tributary::resolver
