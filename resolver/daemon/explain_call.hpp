#pragma once

#include <optional>

#include "resolver/daemon/worker.hpp"

namespace tributary::resolver {

/// Has `worker` explain an answer, and waits for that: blocks, from any thread but the worker's, for at most
/// `patience` (real time). Nothing if it has not come by then: the worker ends. `timeouts.query` and
/// Resolution::longest_watch together are enough.
std::optional<explain::Explanation> explain_on(Worker& worker, explain::ExplainRequest request,
                                               Duration patience);

}  // namespace tributary::resolver
