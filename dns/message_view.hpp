#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <tl/expected.hpp>

#include "dns/edns.hpp"
#include "dns/record.hpp"
#include "dns/types.hpp"

namespace tributary::dns {

inline constexpr std::size_t header_size = 12;

/// The twelve octets at the start of every message (RFC 1035 §4.1.1, RFC 4035 §3.2), without the counts.
struct Header {
  std::uint16_t id = 0;
  bool response = false;  ///< QR
  Opcode opcode = Opcode::QUERY;
  bool authoritative = false;        ///< AA
  bool truncated = false;            ///< TC
  bool recursion_desired = false;    ///< RD
  bool recursion_available = false;  ///< RA
  bool authentic_data = false;       ///< AD
  bool checking_disabled = false;    ///< CD
  Rcode rcode = Rcode::NOERROR;      ///< Only its lower four bits stand in the header.

  friend bool operator==(const Header&, const Header&) = default;
};

/// Reads a header alone, for messages that are broken further on. Nothing below twelve octets.
std::optional<Header> read_header(std::span<const std::uint8_t> message);

/// Why a message was not accepted.
enum class ParseError {
  short_header,    ///< Less than twelve octets.
  question_count,  ///< QDCOUNT is not 1.
  bad_name,        ///< A label or name too long, cut off, or a pointer that does not lead backwards.
  cut_off,         ///< A record or its RDATA runs past the end.
  trailing_bytes,  ///< Octets after the last record.
  bad_opt,         ///< More than one OPT, not in the additional section, owner not one zero octet, options
                   ///< malformed or too many.
};

const char* to_text(ParseError error);

/// One record as it stands in a message: offsets into it, nothing copied.
struct RecordView {
  Section section = Section::answer;
  std::size_t owner_offset = 0;
  Type type = Type::A;
  Class klass = Class::IN;
  std::uint32_t ttl = 0;  ///< As on the wire: may exceed 2³¹−1.
  std::size_t ttl_offset = 0;
  std::size_t rdata_offset = 0;
  std::uint16_t rdata_length = 0;

  /// The TTL in seconds: one above 2³¹−1 counts as 0 (RFC 2181 §8).
  std::uint32_t valid_ttl() const { return ttl > 0x7FFFFFFF ? 0 : ttl; }
  std::size_t rdata_end() const { return rdata_offset + rdata_length; }
};

/// A checked window on one message: owns nothing, copies nothing, allocates nothing.
///
/// `parse` walks the whole message: exactly one question, every length inside its bounds, compression
/// pointers only backwards, counts that match, no trailing octets, at most one OPT. RDATA other than OPT's is
/// not looked into. The octets must outlive the view and stay unchanged.
class MessageView {
 public:
  static tl::expected<MessageView, ParseError> parse(std::span<const std::uint8_t> message);

  std::span<const std::uint8_t> bytes() const { return message_; }
  const Header& header() const { return header_; }
  /// The response code with the upper bits of EDNS (RFC 6891 §6.1.3).
  Rcode rcode() const;

  /// A copy; the parts that follow are cheaper.
  Question question() const;
  Type question_type() const;
  Class question_class() const;
  /// The question section's octets: QNAME (never compressed), QTYPE, QCLASS.
  std::span<const std::uint8_t> question_wire() const;

  const std::optional<EdnsView>& edns() const { return edns_; }
  /// Records of `section`, OPT not counted.
  std::size_t record_count(Section section) const { return counts_[static_cast<std::size_t>(section)]; }

  /// Calls `visit(RecordView)` for every record but OPT, in order.
  template <typename Visit>
  void for_each_record(Visit&& visit) const {
    for (Cursor cursor{first_record_, 0}; cursor.offset < message_.size();) {
      const RecordView record = *read_record(cursor);
      if (record.type != Type::OPT) visit(record);
    }
  }

  Name owner(const RecordView& record) const;

 private:
  struct Cursor {
    std::size_t offset;
    std::size_t index;  // of the record at `offset`, counted from the first of the answer section
  };

  MessageView() = default;
  tl::expected<void, ParseError> read_question();
  tl::expected<void, ParseError> read_records();
  std::optional<std::size_t> owner_end(std::size_t offset) const;
  /// The record at the cursor, which is moved behind it.
  tl::expected<RecordView, ParseError> read_record(Cursor& cursor) const;
  Section section_of(std::size_t record_index) const;
  tl::expected<void, ParseError> take_opt(const RecordView& record);

  std::span<const std::uint8_t> message_;
  Header header_;
  std::size_t first_record_ = 0;
  std::uint16_t counts_[3] = {};
  std::optional<EdnsView> edns_;
};

/// The records of all sections (OPT left out) with names in RDATA uncompressed: nothing if RDATA of a known
/// type is malformed. TTLs above 2³¹−1 become 0 (RFC 2181 §8). Types whose RDATA may carry compressed names:
/// RFC 3597 §4.
struct SectionedRecords {
  std::vector<Record> answer, authority, additional;
};
std::optional<SectionedRecords> read_records(const MessageView& message);

}  // namespace tributary::dns
