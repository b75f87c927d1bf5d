#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace tributary::fuzz {

using Packet = std::vector<std::uint8_t>;

/// Changes a DNS message where that matters: counts, pointers, lengths, types, TTLs, whole records twice or
/// not at all. Octets alone (libFuzzer's own mutations) rarely leave a message that is read beyond its
/// header.
class PacketMutator {
 public:
  PacketMutator(Packet packet, std::size_t most, unsigned seed)
      : packet_(std::move(packet)), most_(most), chance_(seed) {}

  /// The packet after one to four changes, at most `most` octets.
  Packet mutated();

 private:
  struct Piece {
    std::size_t begin, type, end;  // a record: its owner, what follows that, what follows it
  };

  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : chance_() % bound; }
  std::size_t u16(std::size_t at) const;
  std::size_t count(std::size_t section) const;
  void put_u16(std::size_t at, std::size_t value);
  void change_count(std::size_t section, int by);
  std::size_t end_of_name(std::size_t at) const;
  std::vector<Piece> records() const;

  void change_header();
  void change_octet();
  void change_record(const Piece& record);
  void copy_record(const Piece& record);
  void drop_record(const Piece& record);
  void point_somewhere(const Piece& record);
  void add_option();
  void mutate_once();

  Packet packet_;
  std::size_t most_;
  std::minstd_rand chance_;
};

}  // namespace tributary::fuzz
