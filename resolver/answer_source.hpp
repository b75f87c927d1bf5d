#pragma once

#include <cstddef>
#include <cstdint>

namespace tributary::resolver {

/// Where a reply to a client comes from: for the query log and the metrics.
enum class AnswerSource : std::uint8_t {
  local,     ///< Made here: a zone or special name of ours, a refusal, an error in the query.
  cache,     ///< Everything in it was known before the query came.
  stale,     ///< Some of it has expired (RFC 8767).
  upstream,  ///< An upstream was asked, or one was waited for in vain.
};
inline constexpr std::size_t answer_sources = static_cast<std::size_t>(AnswerSource::upstream) + 1;

/// "local", "cache", "stale" or "upstream".
constexpr const char* to_text(AnswerSource source) {
  switch (source) {
    case AnswerSource::local:
      return "local";
    case AnswerSource::cache:
      return "cache";
    case AnswerSource::stale:
      return "stale";
    case AnswerSource::upstream:
      return "upstream";
  }
  return "";
}

}  // namespace tributary::resolver
