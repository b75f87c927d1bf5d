#pragma once

#include <cstdint>

#include "cache/answer.hpp"

namespace tributary::resolver {

/// Where a reply to a client comes from.
enum class AnswerSource : std::uint8_t {
  local,     ///< Made here: a zone or special name of ours, a refusal, an error in the query.
  cache,     ///< Everything in it was known before the query came.
  stale,     ///< Some of it has expired (RFC 8767).
  upstream,  ///< An upstream was asked, or one was waited for in vain.
};

/// What is known of a reply besides its octets.
struct AnswerOrigin {
  AnswerSource source = AnswerSource::local;
  cache::UpstreamPlace upstream = cache::UpstreamPlace::none;  ///< Whose reply it was made of first.
  cache::Security security = cache::Security::unchecked;
};

/// That of an answer to a query that came at `received`.
AnswerOrigin origin_of(const cache::Answer& answer, Instant received);

/// "local", "cache", "stale" or "upstream".
const char* to_text(AnswerSource source);

}  // namespace tributary::resolver
