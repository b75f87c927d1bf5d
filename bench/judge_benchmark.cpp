// What judging a reply costs: a plain one, and the worst that 65,535 octets can hold.

#include <benchmark/benchmark.h>

#include "dns/message_builder.hpp"
#include "resolver/strategy/judge.hpp"

namespace tributary::resolver {
namespace {

constexpr Instant now{std::chrono::hours(1)};
const dns::Question asked{*dns::Name::parse("n0123456.bench.corp."), dns::Type::A, dns::Class::IN};

dns::Record record(const std::string& line) {
  return *dns::parse_record(line);
}

Reply reply_of(const std::vector<dns::Record>& answer) {
  dns::Header header;
  header.response = true;
  dns::MessageBuilder builder(header);
  builder.question(asked);
  for (const auto& each : answer)
    if (!builder.record(dns::Section::answer, each)) break;
  Reply reply;
  reply.message = builder.take();
  return reply;
}

Reply plain() {
  return reply_of({record("n0123456.bench.corp. 3600 IN A 192.0.2.1")});
}

/// Eleven links between long names that differ at their ends alone; then one more such name, and as many
/// records of it as there is room for: each with a pointer for owner, and the root for target.
Reply hostile(dns::Type type) {
  std::string beginning;
  for (int label = 0; label < 116; ++label) beginning += "a.";
  const auto node = [&](int link) { return beginning + "bench." + std::to_string(link) + ".corp."; };
  std::vector<dns::Record> records{record("n0123456.bench.corp. 1 IN CNAME " + node(0))};
  for (int link = 0; link < 10; ++link)
    records.push_back(record(node(link) + " 1 IN CNAME " + node(link + 1)));
  auto reply = reply_of(records);
  auto& message = reply.message;
  const auto owner = message.size();
  const auto last = *dns::Name::parse(node(11));
  const auto wire = last.wire();
  const auto append = [&](std::initializer_list<std::size_t> octets) {
    for (const auto octet : octets) message.push_back(static_cast<std::uint8_t>(octet));
  };
  std::size_t count = records.size();
  for (message.insert(message.end(), wire.begin(), wire.end()); message.size() < 65'500; ++count) {
    if (count > records.size()) append({0xC0 | owner >> 8, owner & 0xFF});
    append({0, static_cast<std::size_t>(type), 0, 1, 0, 0, 0, 1, 0, 1, 0});
  }
  message[6] = static_cast<std::uint8_t>(count >> 8);
  message[7] = static_cast<std::uint8_t>(count);
  return reply;
}

void judge(benchmark::State& state, const Reply& reply) {
  Judge judge({std::chrono::hours(24), std::chrono::hours(1)});
  const Query query{asked, false};
  for (auto _ : state) benchmark::DoNotOptimize(judge.judge(query, reply, now));
  state.counters["octets"] = static_cast<double>(reply.message.size());
}

BENCHMARK_CAPTURE(judge, plain, plain());
BENCHMARK_CAPTURE(judge, worst_aliases, hostile(dns::Type::CNAME));
BENCHMARK_CAPTURE(judge, worst_redirections, hostile(dns::Type::DNAME));

}  // namespace
}  // namespace tributary::resolver
