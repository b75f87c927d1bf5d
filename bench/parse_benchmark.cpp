// What checking one message costs: typical ones, and broken ones, which must not cost more.

#include <benchmark/benchmark.h>

#include "dns/message_builder.hpp"
#include "dns/message_view.hpp"

namespace tributary::dns {
namespace {

using Message = std::vector<std::uint8_t>;

const Question question{*Name::parse("www.example.com."), Type::A, Class::IN};

Message query() {
  const Edns edns;
  return build_query({.id = 1, .recursion_desired = true}, question, &edns);
}

Message reply(std::size_t records) {
  MessageBuilder builder({.id = 1, .response = true, .recursion_desired = true, .recursion_available = true});
  builder.question(question);
  for (std::size_t i = 0; i < records; ++i) {
    const Record record{question.name, Type::A, Class::IN, 300, {192, 0, 2, static_cast<std::uint8_t>(i)}};
    static_cast<void>(builder.record(Section::answer, record));
  }
  static_cast<void>(builder.edns(Edns{}));
  return builder.take();
}

Message without_end(Message message) {
  message.pop_back();
  return message;
}

Message with_one_more_octet(Message message) {
  message.push_back(0);
  return message;
}

/// The owner of the first record points to itself (RFC 1035 §4.1.4 has pointers lead backwards).
Message with_loop(Message message) {
  const auto owner = header_size + question.name.wire().size() + 4;
  message[owner] = 0xc0;
  message[owner + 1] = static_cast<std::uint8_t>(owner);
  return message;
}

/// 65,535 octets of the shortest records, and one octet more at the end: the longest walk to an error.
Message longest() {
  constexpr std::size_t records = 5957, size_of_record = 11;  // owner: the root; no RDATA
  Message message = build_query({}, {Name(), Type::A, Class::IN}, nullptr);
  message[6] = records >> 8, message[7] = records & 0xff;
  message.resize(message.size() + records * size_of_record);
  return with_one_more_octet(message);
}

void parse(benchmark::State& state, const Message& message, bool good) {
  if (MessageView::parse(message).has_value() != good) state.SkipWithError("is not what it should be");
  for (auto _ : state) benchmark::DoNotOptimize(MessageView::parse(message));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}

BENCHMARK_CAPTURE(parse, query, query(), true);
BENCHMARK_CAPTURE(parse, reply_of_1_record, reply(1), true);
BENCHMARK_CAPTURE(parse, reply_of_20_records, reply(20), true);
BENCHMARK_CAPTURE(parse, bad_short_header, Message(11), false);
BENCHMARK_CAPTURE(parse, bad_zeros, Message(512), false);
BENCHMARK_CAPTURE(parse, bad_octets_of_ff, Message(512, 0xff), false);
BENCHMARK_CAPTURE(parse, bad_query_cut_off, without_end(query()), false);
BENCHMARK_CAPTURE(parse, bad_query_too_long, with_one_more_octet(query()), false);
BENCHMARK_CAPTURE(parse, bad_reply_loop, with_loop(reply(20)), false);
BENCHMARK_CAPTURE(parse, bad_reply_cut_off, without_end(reply(20)), false);
BENCHMARK_CAPTURE(parse, bad_64_kib_of_records, longest(), false);

}  // namespace
}  // namespace tributary::dns
