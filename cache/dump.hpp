#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "cache/answer_cache.hpp"
#include "cache/dump_format.hpp"

namespace tributary::cache {

/// Takes the next piece of a file; false if it cannot.
using DumpSink = std::function<bool(std::span<const std::uint8_t>)>;

/// Writes the answers of `cache` as a cache file that begins with `header`: those that are fresh, or may be
/// served stale, at `header.written`; no failures. Goes on beside look-ups and stores, and holds them up no
/// longer than it takes to copy some hundred answers (what is stored meanwhile may be missing, or stand
/// twice). Returns how many it wrote; nothing if `sink` has failed. Requires: `header` names the groups and
/// upstreams that entries name by number.
std::optional<std::size_t> write_dump(AnswerCache& cache, const DumpHeader& header, const DumpSink& sink);

}  // namespace tributary::cache
