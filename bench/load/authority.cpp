// An authoritative server that knows the address of every name: what the subjects forward their misses to.
// Prints the port, then serves UDP until it is ended: load_authority [LABEL]. To names with that label, if it
// is given, it says nothing that would be a reply.
//
// A question for A or NS gets one record (the latter is what upstreams are probed with), any other an empty
// answer. A query with EDNS gets an OPT without options.

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <string_view>

#include "bench/load/datagram_batch.hpp"

using namespace tributary;
using namespace tributary::load;

namespace {

constexpr std::size_t header_size = 12, type_and_class = 4;
constexpr std::array<std::uint8_t, 4> type_a_class_in{0, 1, 0, 1}, type_ns_class_in{0, 2, 0, 1};
/// The name of the question; A, IN, 86,400 s, 192.0.2.1.
constexpr std::array<std::uint8_t, 16> address_record{0xc0, header_size, 0, 1, 0,   1, 0, 1,
                                                      0x51, 0x80,        0, 4, 192, 0, 2, 1};
/// The same; NS, IN, 86,400 s, the root.
constexpr std::array<std::uint8_t, 13> server_record{0xc0, header_size, 0,    2, 0, 1, 0,
                                                     1,    0x51,        0x80, 0, 1, 0};
/// RFC 6891 §6.1.2, for UDP payloads of 1,232 octets.
constexpr std::array<std::uint8_t, 11> opt_record{0, 0, 41, 0x04, 0xd0};

/// Octets of header and question; 0 if `query` is no query with one question.
std::size_t end_of_question(std::span<const std::uint8_t> query) {
  if (query.size() < header_size || (query[2] & 0xf8) != 0 || query[4] != 0 || query[5] != 1) return 0;
  std::size_t at = header_size;
  while (at < query.size() && query[at] != 0) at += query[at] + std::size_t{1};
  at += 1 + type_and_class;
  return at <= query.size() ? at : 0;
}

bool has_label(std::span<const std::uint8_t> query, std::string_view label) {
  for (std::size_t at = header_size; query[at] != 0; at += query[at] + std::size_t{1}) {
    const auto own = query.subspan(at + 1, query[at]);
    if (std::ranges::equal(own, label, [](char a, char b) { return (a | 32) == (b | 32); })) return true;
  }
  return false;
}

/// What answers the question that ends with these octets.
std::span<const std::uint8_t> record_for(std::span<const std::uint8_t, type_and_class> question) {
  if (std::ranges::equal(question, type_a_class_in)) return address_record;
  if (std::ranges::equal(question, type_ns_class_in)) return server_record;
  return {};
}

/// Turns the query into its reply where it stands, and tells the size of that: 0 for what is no query.
std::size_t reply(std::span<std::uint8_t> query, std::string_view silent) {
  const auto end = end_of_question(query);
  if (end != 0 && !silent.empty() && has_label(query, silent)) return 0;
  std::uint8_t* const buffer = query.data();
  if (end == 0 || end + address_record.size() + opt_record.size() > DatagramBatch::largest) return 0;
  const auto record = record_for(query.subspan(end - type_and_class).first<type_and_class>());
  const bool has_edns = query[11] != 0;
  buffer[2] |= 0x84;  // QR and AA
  buffer[3] = 0;
  buffer[7] = record.empty() ? 0 : 1;
  std::uint8_t* out = std::ranges::copy(record, buffer + end).out;
  if (has_edns) out = std::ranges::copy(opt_record, out).out;
  return static_cast<std::size_t>(out - buffer);
}

}  // namespace

int main(int count, char** words) try {
  const std::string_view silent = count > 1 ? words[1] : "";
  LoopbackSocket socket(SOCK_DGRAM);
  socket.widen_buffers();
  std::printf("%u\n", socket.bind_anywhere());
  std::fflush(stdout);
  DatagramBatch batch(false);
  for (;;) {
    const auto received = batch.receive(socket, MSG_WAITFORONE);
    for (std::size_t i = 0; i < received; ++i) batch.resize(i, reply(batch.datagram(i), silent));
    batch.send(socket, received);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "load_authority: %s\n", error.what());
  return 1;
}
