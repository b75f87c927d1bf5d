#pragma once

#include "cache/answer.hpp"
#include "resolver/answer_source.hpp"

namespace tributary::resolver {

/// What is known of a reply besides its octets.
struct AnswerOrigin {
  AnswerSource source = AnswerSource::local;
  cache::UpstreamPlace upstream = cache::UpstreamPlace::none;  ///< Whose reply it was made of first.
  cache::Security security = cache::Security::unchecked;
};

/// That of an answer to a query that came at `received`.
AnswerOrigin origin_of(const cache::Answer& answer, Instant received);

}  // namespace tributary::resolver
