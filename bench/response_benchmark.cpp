// What answering from an entry costs once it is found: copying and patching a plain answer, a signed one, and
// a signed one without its signatures.

#include <array>
#include <string>

#include <benchmark/benchmark.h>

#include "dns/message_builder.hpp"
#include "resolver/response.hpp"
#include "resolver/strategy/judge.hpp"

namespace tributary::resolver {
namespace {

constexpr Instant stored{std::chrono::hours(1)};
constexpr Instant now = stored + std::chrono::seconds(7);
const dns::Question asked{*dns::Name::parse("n0123456.bench.corp."), dns::Type::A, dns::Class::IN};

/// One A record; signed as with ECDSA P-256: 64 octets of signature (RFC 6605 §4).
cache::AnswerPtr answer(bool is_signed) {
  dns::Header header;
  header.response = true;
  dns::MessageBuilder builder(header);
  builder.question(asked);
  const std::string signature =
      "n0123456.bench.corp. 3600 IN RRSIG A 13 3 3600 20400101000000 20200101000000 1 bench.corp. " +
      std::string(86, 'A') + "==";
  bool fits =
      builder.record(dns::Section::answer, *dns::parse_record("n0123456.bench.corp. 3600 IN A 192.0.2.1"));
  if (is_signed) fits = fits && builder.record(dns::Section::answer, *dns::parse_record(signature));
  Reply reply;
  reply.message = builder.take();
  return fits ? Judge({std::chrono::hours(24), std::chrono::hours(1)})
                    .judge({asked, false}, reply, stored)
                    .answer
              : nullptr;
}

void write(benchmark::State& state, bool is_signed, bool dnssec_ok) {
  const auto from = answer(is_signed);
  const auto size = cache::entry_size(*from);
  alignas(8) std::array<std::byte, 1024> place{};
  cache::write_entry(place.data(), {asked, false, 0}, *from, cache::UpstreamPlace::none, false);
  const cache::EntryView entry(*reinterpret_cast<const cache::EntryHeader*>(place.data()));

  dns::Edns edns;
  edns.dnssec_ok = dnssec_ok;
  const auto query_octets = dns::build_query({}, asked, &edns);
  const auto query = *dns::MessageView::parse(query_octets);
  std::array<std::uint8_t, dns::udp_payload_limit> out{};
  std::size_t written = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(written = write_response(query, content_of(entry, now), out.size(), out));
    benchmark::ClobberMemory();
  }
  state.counters["entry"] = static_cast<double>(size);
  state.counters["octets"] = static_cast<double>(written);
}

BENCHMARK_CAPTURE(write, plain, false, false);
BENCHMARK_CAPTURE(write, signed_with_do, true, true);
BENCHMARK_CAPTURE(write, signed_without_do, true, false);

}  // namespace
}  // namespace tributary::resolver
