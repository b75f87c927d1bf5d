#include "tests/fuzz/packet_mutator.hpp"

#include <algorithm>
#include <array>

namespace tributary::fuzz {
namespace {

constexpr std::size_t header_size = 12, fixed_size = 10;  // of a record: type, class, TTL, length
constexpr std::size_t length_at = 8, ttl_at = 4;

/// A, NS, CNAME, SOA, MX, TXT, AAAA, SRV, DNAME, OPT, DS, RRSIG, NSEC, DNSKEY, NSEC3, SVCB, ANY, and one
/// unknown.
constexpr std::array<std::uint16_t, 18> types{1,  2,  5,  6,  15, 16, 28, 33,  39,
                                              41, 43, 46, 47, 48, 50, 64, 255, 65280};
/// RFC 2181 §8, and around it.
constexpr std::array<std::uint32_t, 6> ttls{0, 1, 300, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};

}  // namespace

std::size_t PacketMutator::u16(std::size_t at) const {
  return std::size_t{packet_[at]} << 8 | packet_[at + 1];
}

std::size_t PacketMutator::count(std::size_t section) const {
  return u16(4 + 2 * section);
}

void PacketMutator::put_u16(std::size_t at, std::size_t value) {
  packet_[at] = static_cast<std::uint8_t>(value >> 8);
  packet_[at + 1] = static_cast<std::uint8_t>(value);
}

void PacketMutator::change_count(std::size_t section, int by) {
  put_u16(4 + 2 * section, count(section) + static_cast<std::size_t>(by));
}

/// The size of the packet if the name does not end in it.
std::size_t PacketMutator::end_of_name(std::size_t at) const {
  while (at < packet_.size() && packet_[at] != 0) {
    if (packet_[at] >= 0xC0) return std::min(at + 2, packet_.size());
    at += packet_[at] + std::size_t{1};
  }
  return std::min(at + 1, packet_.size());
}

/// As far as they can be told.
std::vector<PacketMutator::Piece> PacketMutator::records() const {
  std::vector<Piece> out;
  for (std::size_t at = end_of_name(header_size) + 4; at < packet_.size();) {
    const auto type = end_of_name(at);
    if (type + fixed_size > packet_.size()) break;
    const auto length = u16(type + length_at);
    const auto end = type + fixed_size + length;
    if (end > packet_.size()) break;
    out.push_back({at, type, end});
    at = end;
  }
  return out;
}

void PacketMutator::change_header() {
  switch (below(4)) {
    case 0:
      packet_[2] ^= static_cast<std::uint8_t>(1U << below(8));
      break;
    case 1:
      packet_[3] ^= static_cast<std::uint8_t>(1U << below(8));
      break;
    case 2:
      put_u16(4 + 2 * below(4), below(4));
      break;
    default:
      put_u16(4 + 2 * below(4), 65535);
  }
}

void PacketMutator::change_octet() {
  packet_[below(packet_.size())] = static_cast<std::uint8_t>(below(256));
}

void PacketMutator::change_record(const Piece& record) {
  switch (below(4)) {
    case 0:
      put_u16(record.type, types[below(types.size())]);
      break;
    case 1: {
      const auto ttl = ttls[below(ttls.size())];
      put_u16(record.type + ttl_at, ttl >> 16);
      put_u16(record.type + ttl_at + 2, ttl & 0xFFFF);
      break;
    }
    case 2:
      put_u16(record.type + length_at, below(2) ? below(64) : 65535);
      break;
    default:
      if (record.end > record.type + fixed_size)
        packet_[record.type + fixed_size + below(record.end - record.type - fixed_size)] ^=
            static_cast<std::uint8_t>(1U << below(8));
  }
}

void PacketMutator::copy_record(const Piece& record) {
  const Packet copy(packet_.begin() + static_cast<std::ptrdiff_t>(record.begin),
                    packet_.begin() + static_cast<std::ptrdiff_t>(record.end));
  const auto all = records();
  const auto at = all[below(all.size())].begin;
  packet_.insert(packet_.begin() + static_cast<std::ptrdiff_t>(at), copy.begin(), copy.end());
  change_count(1 + below(3), 1);
}

void PacketMutator::drop_record(const Piece& record) {
  packet_.erase(packet_.begin() + static_cast<std::ptrdiff_t>(record.begin),
                packet_.begin() + static_cast<std::ptrdiff_t>(record.end));
  for (std::size_t section = 3; section >= 1; --section)
    if (count(section) > 0) return change_count(section, -1);
}

/// The owner, or where a name may stand in RDATA.
void PacketMutator::point_somewhere(const Piece& record) {
  const auto at = below(2) ? record.begin : record.type + fixed_size;
  if (at + 2 <= packet_.size()) put_u16(at, 0xC000 | below(packet_.size() + 2));
}

/// To an OPT record at the end, which is made if there is none.
void PacketMutator::add_option() {
  const auto all = records();
  const bool there = !all.empty() && u16(all.back().type) == 41;
  if (!there) {
    const Packet opt{0, 0, 41, 0x04, 0xd0, 0, 0, 0x80, 0, 0, 0};
    packet_.insert(packet_.end(), opt.begin(), opt.end());
    return change_count(3, 1);
  }
  const auto length = below(12);
  const auto old = all.back().end - all.back().type - fixed_size;
  packet_.resize(all.back().end);
  packet_.insert(packet_.end(),
                 {0, static_cast<std::uint8_t>(below(20)), 0, static_cast<std::uint8_t>(length)});
  packet_.resize(packet_.size() + length, static_cast<std::uint8_t>(below(256)));
  put_u16(all.back().type + length_at, old + 4 + length);
}

void PacketMutator::mutate_once() {
  const auto all = records();
  const auto what = below(7);
  if (what == 0 || all.empty()) return below(2) ? change_header() : add_option();
  const auto record = all[below(all.size())];
  switch (what) {
    case 1:
      return change_octet();
    case 2:
      return copy_record(record);
    case 3:
      return drop_record(record);
    case 4:
      return point_somewhere(record);
    case 5:
      return add_option();
    default:
      return change_record(record);
  }
}

Packet PacketMutator::mutated() {
  packet_.resize(std::max(packet_.size(), header_size + 5));
  for (auto left = 1 + below(4); left > 0; --left) mutate_once();
  packet_.resize(std::min(packet_.size(), most_));
  return packet_;
}

}  // namespace tributary::fuzz

/// libFuzzer calls this instead of its own mutations; every fourth time they have their turn.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  if (seed % 4 == 0) return LLVMFuzzerMutate(data, size, most);
  const auto mutated = tributary::fuzz::PacketMutator({data, data + size}, most, seed).mutated();
  std::ranges::copy(mutated, data);
  return mutated.size();
}
