#include "bench/malformed/packets.hpp"

#include <random>

#include "dns/message_builder.hpp"

namespace tributary::malformed {
namespace {

constexpr std::size_t variants = 256;
/// The largest datagram that the daemon looks into.
constexpr std::size_t largest_query = 1232;

void put_u16(Packet& packet, std::size_t at, std::size_t value) {
  packet[at] = static_cast<std::uint8_t>(value >> 8);
  packet[at + 1] = static_cast<std::uint8_t>(value);
}

/// A query without EDNS.
Packet plain_query(const char* name) {
  dns::Header header;
  header.recursion_desired = true;
  return dns::build_query(header, {*dns::Name::parse(name), dns::Type::A, dns::Class::IN}, nullptr);
}

Packet too_short() {
  return {0x12, 0x34, 0x01, 0x00, 0x00};
}

Packet garbage(unsigned seed) {
  std::mt19937 generator(seed);
  Packet packet(20 + generator() % 100);
  for (auto& octet : packet) octet = static_cast<std::uint8_t>(generator());
  packet[2] = 0x01;  // a query all the same
  return packet;
}

Packet two_questions() {
  auto packet = hit(1, 1);
  put_u16(packet, 4, 2);
  return packet;
}

/// 0x80 begins neither a label nor a pointer (RFC 1035 §4.1.4).
Packet bad_label() {
  auto packet = plain_query("www.bench.example.");
  packet[dns::header_size] = 0x80;
  return packet;
}

Packet pointer_to_itself() {
  auto packet = plain_query("www.bench.example.");
  put_u16(packet, dns::header_size, 0xC000 + dns::header_size);
  return packet;
}

/// OPT full of options without data, and of a code that nobody knows.
Packet options(std::size_t count) {
  Packet wire;
  for (std::size_t i = 0; i < count; ++i) dns::append_option(wire, dns::OptionCode{65001}, {});
  dns::Edns edns;
  edns.options = wire;
  return dns::build_query({}, {*dns::Name::parse("www.bench.example."), dns::Type::A, dns::Class::IN}, &edns);
}

/// Every owner is a pointer to the longest chain of pointers that a name may have, over and over.
Packet pointer_chains() {
  auto packet = plain_query("a.");
  constexpr std::size_t hops = 16;
  const std::size_t first_record = packet.size();
  packet.resize(first_record + 11 + 2 * hops);  // its RDATA holds the chain, which ends at "a."
  put_u16(packet, first_record + 1, 65280);
  put_u16(packet, first_record + 9, 2 * hops);
  std::size_t target = dns::header_size;
  for (std::size_t at = first_record + 11; at < packet.size(); at += 2) {
    put_u16(packet, at, 0xC000 + target);
    target = at;
  }
  std::size_t records = 1;
  for (; packet.size() + 12 <= largest_query; ++records) {
    const auto at = packet.size();
    packet.resize(at + 12);
    put_u16(packet, at, 0xC000 + target);
    put_u16(packet, at + 2, 65280);
  }
  put_u16(packet, 10, records);
  return packet;
}

Packet response() {
  return reply_to(hit(1, 1));
}

Kind same(const char* name, Packet packet) {
  return {name, std::vector<Packet>(variants, std::move(packet))};
}

}  // namespace

Packet hit(std::uint16_t id, std::size_t number) {
  dns::Header header;
  header.id = id;
  header.recursion_desired = true;
  const dns::Edns edns;
  const auto name = "n" + std::to_string(number) + ".bench.example.";
  return dns::build_query(header, {*dns::Name::parse(name), dns::Type::A, dns::Class::IN}, &edns);
}

Packet reply_to(std::span<const std::uint8_t> query) {
  const auto asked = dns::MessageView::parse(query).value();
  auto header = asked.header();
  header.response = true;
  header.recursion_available = true;
  dns::MessageBuilder builder(header);
  builder.question(asked.question());
  static_cast<void>(builder.record(
      dns::Section::answer, {asked.question().name, dns::Type::A, dns::Class::IN, 86400, {192, 0, 2, 1}}));
  return builder.take();
}

std::vector<Kind> kinds() {
  Kind hits{"hits", {}}, noise{"garbage", {}};
  for (std::size_t i = 0; i < variants; ++i) {
    hits.packets.push_back(hit(static_cast<std::uint16_t>(i), i));
    noise.packets.push_back(garbage(static_cast<unsigned>(i)));
  }
  return {hits,
          same("5 octets", too_short()),
          noise,
          same("QDCOUNT 2", two_questions()),
          same("bad label", bad_label()),
          same("compression loop", pointer_to_itself()),
          same("responses", response()),
          same("280 options", options(280)),
          same("4,000 options", options(4000)),
          same("pointer chains", pointer_chains())};
}

}  // namespace tributary::malformed
