#include "resolver/querylog/query_recorder.hpp"

#include <cstring>

namespace tributary::resolver {
namespace {

/// What a record begins with; query and reply follow.
struct Head {
  QueryFacts facts;
  std::uint32_t query_size = 0;
};

}  // namespace

void QueryRecorder::record(const QueryFacts& facts, std::span<const std::uint8_t> query,
                           std::span<const std::uint8_t> reply) {
  const auto room = ring_.claim(sizeof(Head) + query.size() + reply.size());
  if (room.empty()) return dropped_.add();
  const Head head{facts, static_cast<std::uint32_t>(query.size())};
  std::memcpy(room.data(), &head, sizeof head);
  std::memcpy(room.data() + sizeof head, query.data(), query.size());
  std::memcpy(room.data() + sizeof head + query.size(), reply.data(), reply.size());
  ring_.publish();
  writer_.wake();
}

std::optional<LoggedQuery> QueryRecorder::front() {
  const auto record = ring_.front();
  if (record.empty()) return std::nullopt;
  Head head;
  std::memcpy(&head, record.data(), sizeof head);
  const auto messages = record.subspan(sizeof head);
  return LoggedQuery{head.facts, messages.first(head.query_size), messages.subspan(head.query_size)};
}

}  // namespace tributary::resolver
