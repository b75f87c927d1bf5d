#include "dns/message_view.hpp"

#include <algorithm>
#include <utility>

#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"

namespace tributary::dns {

namespace {

constexpr std::size_t question_tail = 4;  // QTYPE, QCLASS
constexpr std::size_t record_fixed = 10;  // TYPE, CLASS, TTL, RDLENGTH

std::optional<Record> copy_record(const MessageView& message, const RecordView& view) {
  Record record{message.owner(view), view.type, view.klass, view.valid_ttl(), {}};
  record.rdata.reserve(view.rdata_length);
  if (!append_uncompressed_rdata(message.bytes(), view.rdata_offset, view.rdata_length, view.type,
                                 record.rdata))
    return {};
  return record;
}

/// Labels and pointers of all owners in a message. Thousands of records with names of a hundred labels, each
/// two octets large, would make a message costly to read, again and again; no true one comes near this.
constexpr std::size_t most_steps = 65536;

bool points_to_question(std::span<const std::uint8_t> message, std::size_t offset) {
  return message[offset] == 0xC0 && message[offset + 1] == header_size;
}

/// 0 for the root, and for the name of the question. Requires: a whole and good name.
std::size_t steps_of_owner(std::span<const std::uint8_t> message, std::size_t offset) {
  std::size_t steps = 0;
  for (; message[offset] != 0 && !(steps == 0 && points_to_question(message, offset)); ++steps) {
    const bool pointer = message[offset] >= 0xC0;
    offset = pointer ? read_u16(message, offset) & 0x3FFFU : offset + message[offset] + 1;
  }
  return steps;
}

}  // namespace

const char* to_text(ParseError error) {
  switch (error) {
    case ParseError::short_header:
      return "less than twelve octets";
    case ParseError::question_count:
      return "not exactly one question";
    case ParseError::bad_name:
      return "malformed name";
    case ParseError::cut_off:
      return "runs past the end of the message";
    case ParseError::trailing_bytes:
      return "octets after the last record";
    case ParseError::bad_opt:
      return "malformed or misplaced OPT record";
  }
  return "unknown";
}

std::optional<Header> read_header(std::span<const std::uint8_t> message) {
  if (message.size() < header_size) return {};
  const std::uint16_t flags = read_u16(message, 2);
  Header header;
  header.id = read_u16(message, 0);
  header.response = flags & 0x8000;
  header.opcode = Opcode{static_cast<std::uint8_t>(flags >> 11 & 0xF)};
  header.authoritative = flags & 0x0400;
  header.truncated = flags & 0x0200;
  header.recursion_desired = flags & 0x0100;
  header.recursion_available = flags & 0x0080;
  header.authentic_data = flags & 0x0020;
  header.checking_disabled = flags & 0x0010;
  header.rcode = Rcode{static_cast<std::uint16_t>(flags & 0xF)};
  return header;
}

tl::expected<MessageView, ParseError> MessageView::parse(std::span<const std::uint8_t> message) {
  const auto header = read_header(message);
  if (!header) return tl::unexpected(ParseError::short_header);
  MessageView view;
  view.message_ = message;
  view.header_ = *header;
  return view.read_question().and_then([&] { return view.read_records(); }).map([&] { return view; });
}

tl::expected<void, ParseError> MessageView::read_question() {
  if (read_u16(message_, 4) != 1) return tl::unexpected(ParseError::question_count);
  // A compressed QNAME is refused too: there is no name before it that it could point to.
  const auto end = Name::end_in_message(message_, header_size);
  if (!end) return tl::unexpected(ParseError::bad_name);
  if (message_.size() - *end < question_tail) return tl::unexpected(ParseError::cut_off);
  first_record_ = *end + question_tail;
  return {};
}

tl::expected<void, ParseError> MessageView::read_records() {
  std::size_t total = 0, steps = 0;
  for (std::size_t section = 0; section < 3; ++section)
    total += counts_[section] = read_u16(message_, 6 + 2 * section);

  Cursor cursor{first_record_, 0};
  while (cursor.index < total) {
    const auto record = read_record(cursor);
    if (!record) return tl::unexpected(record.error());
    steps += steps_of_owner(message_, record->owner_offset);
    if (steps > most_steps) return tl::unexpected(ParseError::bad_name);
    if (record->type != Type::OPT) continue;
    if (const auto taken = take_opt(*record); !taken) return taken;
  }
  if (cursor.offset != message_.size()) return tl::unexpected(ParseError::trailing_bytes);
  if (edns_) --counts_[static_cast<std::size_t>(Section::additional)];
  return {};
}

/// Most owners are the root, that of OPT, or point to the question's name, which has been looked at.
std::optional<std::size_t> MessageView::owner_end(std::size_t offset) const {
  const auto left = message_.size() - offset;
  if (left > 0 && message_[offset] == 0) return offset + 1;
  if (left > 1 && message_[offset] == 0xC0 && message_[offset + 1] == header_size) return offset + 2;
  return Name::end_in_message(message_, offset);
}

tl::expected<RecordView, ParseError> MessageView::read_record(Cursor& cursor) const {
  const auto name_end = owner_end(cursor.offset);
  if (!name_end)
    return tl::unexpected(cursor.offset == message_.size() ? ParseError::cut_off : ParseError::bad_name);
  if (message_.size() - *name_end < record_fixed) return tl::unexpected(ParseError::cut_off);
  RecordView record;
  record.section = section_of(cursor.index);
  record.owner_offset = cursor.offset;
  record.type = Type{read_u16(message_, *name_end)};
  record.klass = Class{read_u16(message_, *name_end + 2)};
  record.ttl_offset = *name_end + 4;
  record.ttl = read_u32(message_, record.ttl_offset);
  record.rdata_length = read_u16(message_, *name_end + 8);
  record.rdata_offset = *name_end + record_fixed;
  if (message_.size() - record.rdata_offset < record.rdata_length) return tl::unexpected(ParseError::cut_off);
  cursor = {record.rdata_offset + record.rdata_length, cursor.index + 1};
  return record;
}

Section MessageView::section_of(std::size_t record_index) const {
  if (record_index < counts_[0]) return Section::answer;
  return record_index < std::size_t{counts_[0]} + counts_[1] ? Section::authority : Section::additional;
}

tl::expected<void, ParseError> MessageView::take_opt(const RecordView& record) {
  const EdnsOptions options(message_.subspan(record.rdata_offset, record.rdata_length));
  const bool root_owner = message_[record.owner_offset] == 0;
  if (edns_ || record.section != Section::additional || !root_owner || !options.well_formed())
    return tl::unexpected(ParseError::bad_opt);
  EdnsView edns;
  edns.udp_payload = std::max(static_cast<std::uint16_t>(record.klass), classic_udp_payload);
  edns.extended_rcode = static_cast<std::uint8_t>(record.ttl >> 24);
  edns.version = static_cast<std::uint8_t>(record.ttl >> 16);
  edns.dnssec_ok = record.ttl & 0x8000;
  edns.options = options;
  edns_ = edns;
  return {};
}

Rcode MessageView::rcode() const {
  const unsigned upper = edns_ ? edns_->extended_rcode : 0u;
  return Rcode{static_cast<std::uint16_t>(upper << 4 | static_cast<unsigned>(header_.rcode))};
}

Question MessageView::question() const {
  return {*Name::from_message(message_, header_size), question_type(), question_class()};
}

Type MessageView::question_type() const {
  return Type{read_u16(message_, first_record_ - question_tail)};
}

Class MessageView::question_class() const {
  return Class{read_u16(message_, first_record_ - question_tail + 2)};
}

std::span<const std::uint8_t> MessageView::question_wire() const {
  return message_.subspan(header_size, first_record_ - header_size);
}

Name MessageView::owner(const RecordView& record) const {
  return *Name::from_message(message_, record.owner_offset);
}

std::optional<SectionedRecords> read_records(const MessageView& message) {
  SectionedRecords sections;
  bool well_formed = true;
  message.for_each_record([&](const RecordView& view) {
    auto record = copy_record(message, view);
    if (!record) return void(well_formed = false);
    auto& section = view.section == Section::answer      ? sections.answer
                    : view.section == Section::authority ? sections.authority
                                                         : sections.additional;
    section.push_back(*std::move(record));
  });
  if (!well_formed) return {};
  return sections;
}

}  // namespace tributary::dns
