#pragma once

#include "resolver/listener/query_handler.hpp"

namespace tributary::resolver {

/// Hands what listeners ask to the handler of the day, so that listeners live on when it is replaced. One
/// worker's thread.
///
/// A query that `answer_now` wants to be answered later is to be handed back before the event loop turns, as
/// listeners do: then it comes to the handler that wanted it.
class HandlerSwitch final : public QueryHandler {
 public:
  /// `handler` answers what is asked from now on. It outlives what it is asked.
  void turn_to(QueryHandler& handler) { handler_ = &handler; }

  using QueryHandler::answer_now;
  void answer_now(std::span<Asked> batch) override { handler_->answer_now(batch); }
  Task<std::span<const std::uint8_t>> answer_later(std::vector<std::uint8_t> message, ClientInfo client,
                                                   Later later) override {
    return handler_->answer_later(std::move(message), std::move(client), later);
  }

 private:
  QueryHandler* handler_ = nullptr;
};

}  // namespace tributary::resolver
