#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tributary::resolver {

/// Writes the fields of a message in the wire format of Protocol Buffers, as far as dnstap needs it.
class ProtobufWriter {
 public:
  /// Appends to `out`, which outlives the writer.
  explicit ProtobufWriter(std::string& out) : out_(out) {}

  void number(unsigned field, std::uint64_t value) {
    key(field, 0);
    varint(value);
  }
  /// Of the type `fixed32`.
  void fixed(unsigned field, std::uint32_t value) {
    key(field, 5);
    for (int shift = 0; shift < 32; shift += 8) out_ += static_cast<char>(value >> shift);
  }
  /// Of the types `bytes` and `string`, and messages in messages.
  void octets(unsigned field, std::string_view value) {
    key(field, 2);
    varint(value.size());
    out_ += value;
  }

 private:
  void key(unsigned field, unsigned wire_type) { varint(field << 3 | wire_type); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }

  std::string& out_;
};

}  // namespace tributary::resolver
