#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/timers.hpp"
#include "resolver/listener/query_handler.hpp"

namespace tributary::resolver {

/// A handler whose "messages" are words: "drop…" gets no reply, "later…" is echoed when the test releases it,
/// "big" gets as much as TCP carries, "throw…" throws; everything else is echoed at once, "cached…" from the
/// cache. Words ask for type A, but for those that are dropped.
class StubHandler final : public QueryHandler {
 public:
  explicit StubHandler(Timers& timers) : timers_(timers) {}

  using QueryHandler::answer_now;
  void answer_now(std::span<Asked> batch) override {
    for (auto& asked : batch) {
      asked.answer = answer_one(asked.message, asked.client, asked.out);
      if (!std::holds_alternative<Drop>(asked.answer)) asked.type = dns::TypeClass::A;
    }
    while_answering();
  }

 private:
  Immediate answer_one(std::span<const std::uint8_t> message, const ClientInfo& client,
                       std::span<std::uint8_t> out) {
    const std::string text(message.begin(), message.end());
    received.push_back(text);
    clients.push_back(client);
    if (text.starts_with("throw")) throw std::runtime_error("as the test wants it");
    if (text.starts_with("drop")) return Drop{};
    if (text.starts_with("later")) return Later{};
    if (text == "big") {
      std::ranges::fill(out, std::uint8_t{'b'});
      return Written{out.size()};
    }
    std::ranges::copy(text, out.begin());
    return Written{text.size(), text.starts_with("cached")};
  }

 public:
  Task<std::span<const std::uint8_t>> answer_later(std::vector<std::uint8_t> message, ClientInfo client,
                                                   Later) override {
    patience = client.patience;
    Alarm released(timers_);
    const std::string text(message.begin(), message.end());
    waiting_.emplace(text, &released);
    co_await released.wait_until(Instant::max());
    waiting_.erase(text);
    if (text.starts_with("later throw")) throw std::runtime_error("as the test wants it");
    late_reply_ = text.starts_with("later drop") ? std::vector<std::uint8_t>() : std::move(message);
    co_return late_reply_;
  }

  void release(const std::string& text) { waiting_.at(text)->ring(); }
  std::size_t waiting() const { return waiting_.size(); }

  std::function<void()> while_answering = [] {};  ///< Happens in each batch.
  std::vector<std::string> received;
  std::vector<ClientInfo> clients;
  Duration patience{};  ///< Of the last one that has to wait.

 private:
  Timers& timers_;
  std::map<std::string, Alarm*> waiting_;
  std::vector<std::uint8_t> late_reply_;
};

}  // namespace tributary::resolver
