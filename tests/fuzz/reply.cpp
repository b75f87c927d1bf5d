// What an upstream says to a question of ours. Whatever of it becomes an answer must be a message that
// belongs to the question, and that clients can be sent.
#include <algorithm>
#include <cstdlib>

#include "dns/message_view.hpp"
#include "resolver/response.hpp"
#include "resolver/strategy/judge.hpp"
#include "resolver/transport/outgoing_query.hpp"
#include "tests/support/scripted_random.hpp"

namespace {

using namespace tributary;
using namespace tributary::resolver;

void require(bool ok) {
  if (!ok) std::abort();
}

constexpr Judge::Limits limits{std::chrono::hours(24), std::chrono::hours(1)};
const Instant now(std::chrono::hours(1));

/// The question that stands in the message, if one can be read: so that it is mostly ours.
std::optional<Query> query_for(std::span<const std::uint8_t> message) {
  const auto view = dns::MessageView::parse(message);
  if (!view || view->question_class() != dns::Class::IN) return {};
  return Query{view->question()};
}

void check_response(const cache::Answer& answer, const OutgoingQuery& asked, bool over_tcp) {
  static std::array<std::uint8_t, 65535> out;
  const auto query = dns::MessageView::parse(asked.wire()).value();
  const auto limit = response_limit(query, over_tcp ? Protocol::tcp : Protocol::udp);
  const auto size = write_response(query, content_of(answer, now, now), limit, out);
  const auto response = dns::MessageView::parse(std::span(out).first(size));
  require(size <= limit && response && std::ranges::equal(response->question_wire(), query.question_wire()));
}

void check_answer(const Query& query, const cache::Answer& answer) {
  const auto view = dns::MessageView::parse(answer.message());
  require(view && view->question() == query.question);
  require(answer.lifetime() >= std::chrono::seconds(0) && answer.lifetime() <= limits.max_ttl);
  const auto records = dns::read_records(*view);
  require(records && records->additional.empty());
  for (const auto& record : records->answer) require(record.ttl <= limits.max_ttl.count());
  for (const auto& record : records->authority) require(record.ttl <= limits.max_ttl.count());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> message(data, size);
  const auto query = query_for(message);
  if (!query) return 0;
  ScriptedRandom random{0};
  OutgoingQuery asked(*query, {.random_case = false}, random);
  asked.renumber(dns::read_header(message)->id);
  const auto match = asked.match(message);
  if (match != Match::reply) return 0;
  for (const auto channel : {Channel::clear, Channel::authenticated}) {
    Reply reply = asked.to_reply({match, {data, data + size}, {}}, channel == Channel::authenticated);
    reply.channel = channel;
    Judge judge(limits);
    const auto judgement = judge.judge(*query, reply, now);
    require((judgement.answer != nullptr) == (judgement.grade <= Grade::weak));
    if (!judgement.answer) continue;
    check_answer(*query, *judgement.answer);
    for (const bool over_tcp : {false, true}) check_response(*judgement.answer, asked, over_tcp);
  }
  return 0;
}
