#include "resolver/daemon/explain_call.hpp"

#include <future>

namespace tributary::resolver {

std::optional<explain::Explanation> explain_on(Worker& worker, explain::ExplainRequest request,
                                               Duration patience) {
  // Shared: who waits no longer leaves it to the worker.
  const auto promise = std::make_shared<std::promise<std::optional<explain::Explanation>>>();
  auto explained = promise->get_future();
  worker.explain(std::move(request),
                 [promise](explain::Explanation explanation) { promise->set_value(std::move(explanation)); });
  if (explained.wait_for(patience) != std::future_status::ready) return std::nullopt;
  try {
    return explained.get();
  } catch (const std::future_error&) {  // the worker was destroyed with the question
    return std::nullopt;
  }
}

}  // namespace tributary::resolver
