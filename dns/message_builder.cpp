#include "dns/message_builder.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"
#include "dns/suffix_hashes.hpp"

namespace tributary::dns {

namespace {

constexpr std::size_t pointer_reach = 0x4000;  // fourteen bits (RFC 1035 §4.1.4)
// How many suffixes are remembered. Names are written whole once there are more, so that a message whose
// names have nothing in common costs little time, however large it is.
constexpr std::size_t most_suffixes = 128;
constexpr std::size_t question_tail = 4;  // QTYPE, QCLASS
constexpr std::uint16_t pointer_to_question = 0xC000 | header_size;
constexpr std::size_t opt_fixed = 11;                             // all but the options
constexpr std::size_t question_count = 4, additional_count = 10;  // offsets in the header

std::uint16_t flags_of(const Header& header) {
  const auto bit = [](bool set, unsigned value) { return set ? value : 0u; };
  const unsigned flags = bit(header.response, 0x8000) | (static_cast<unsigned>(header.opcode) & 0xF) << 11 |
                         bit(header.authoritative, 0x0400) | bit(header.truncated, 0x0200) |
                         bit(header.recursion_desired, 0x0100) | bit(header.recursion_available, 0x0080) |
                         bit(header.authentic_data, 0x0020) | bit(header.checking_disabled, 0x0010) |
                         (static_cast<unsigned>(header.rcode) & 0xF);
  return static_cast<std::uint16_t>(flags);
}

void write_header(std::span<std::uint8_t> out, const Header& header) {
  write_u16(out, 0, header.id);
  write_u16(out, 2, flags_of(header));
  std::ranges::fill(out.subspan(4, header_size - 4), std::uint8_t{0});
}

/// RFC 6891 §6.1.2. Requires: opt_fixed octets and those of the options.
void write_opt(std::span<std::uint8_t> out, const Edns& edns, Rcode rcode) {
  out[0] = 0;
  write_u16(out, 1, static_cast<std::uint16_t>(Type::OPT));
  write_u16(out, 3, edns.udp_payload);
  out[5] = static_cast<std::uint8_t>(static_cast<unsigned>(rcode) >> 4);
  out[6] = edns.version;
  write_u16(out, 7, edns.dnssec_ok ? 0x8000 : 0);
  write_u16(out, 9, edns.options.size());
  std::ranges::copy(edns.options, out.begin() + opt_fixed);
}

/// True if the name at `offset` of a message being written is `name`. The name written last may lack its end.
bool is_name_at(std::span<const std::uint8_t> message, std::size_t offset,
                std::span<const std::uint8_t> name) {
  while (offset < message.size()) {
    const std::uint8_t octet = message[offset];
    if (octet > Name::max_label) {
      offset = read_u16(message, offset) & (pointer_reach - 1);
      continue;
    }
    const std::size_t label = octet + std::size_t{1};
    if (octet != name[0] || !equal_ignoring_case(message.subspan(offset, label), name.first(label)))
      return false;
    if (octet == 0) return true;
    offset += label;
    name = name.subspan(label);
  }
  return false;
}

}  // namespace

MessageBuilder::MessageBuilder(const Header& header, std::size_t limit) {
  out_.reserve(classic_udp_payload);
  reset(header, limit);
}

void MessageBuilder::reset(const Header& header, std::size_t limit) {
  limit_ = std::min(limit, max_size);
  rcode_ = header.rcode;
  remember_names_ = true;
  points_to_question_ = false;
  ttl_offsets_.clear();
  suffix_hashes_.clear();
  suffix_offsets_.clear();
  out_.resize(header_size);
  write_header(out_, header);
}

void MessageBuilder::question(const Question& question) {
  assert(out_.size() == header_size);
  append(question.name.wire());
  points_to_question_ = remember_names_ && !question.name.is_root();
  append_u16(out_, static_cast<std::uint16_t>(question.type));
  append_u16(out_, static_cast<std::uint16_t>(question.klass));
  count_up(question_count);
}

bool MessageBuilder::record(Section section, const Record& record) {
  const Mark before = mark();
  put_name(record.owner);
  return put_rest(before, section, {record.type, record.klass, record.ttl}, record.rdata, 0);
}

bool MessageBuilder::record(Section section, const MessageView& message, const RecordView& record,
                            std::uint32_t ttl) {
  const Mark before = mark();
  if (owner_is_question(message, record))
    append_u16(out_, pointer_to_question);
  else
    put_name(message.owner(record));
  return put_rest(before, section, {record.type, record.klass, ttl},
                  message.bytes().first(record.rdata_end()), record.rdata_offset);
}

/// True for most records that there are: put_name would come to the same.
bool MessageBuilder::owner_is_question(const MessageView& message, const RecordView& record) const {
  if (read_u16(message.bytes(), record.owner_offset) != pointer_to_question) return false;
  const auto theirs = message.question_wire();
  return points_to_question_ && is_name_at(out_, header_size, theirs.first(theirs.size() - question_tail));
}

bool MessageBuilder::put_rest(const Mark& before, Section section, const Fixed& fixed,
                              std::span<const std::uint8_t> source, std::size_t offset) {
  append_u16(out_, static_cast<std::uint16_t>(fixed.type));
  append_u16(out_, static_cast<std::uint16_t>(fixed.klass));
  ttl_offsets_.push_back(static_cast<std::uint16_t>(out_.size()));
  append_u32(out_, fixed.ttl);
  put_rdata(fixed.type, source, offset);
  if (out_.size() > limit_) return undo(before);
  count_up(question_count + 2 + 2 * static_cast<std::size_t>(section));
  return true;
}

bool MessageBuilder::edns(const Edns& edns) {
  const std::size_t offset = out_.size(), size = opt_fixed + edns.options.size();
  if (offset + size > limit_) return false;
  out_.resize(offset + size);
  write_opt(std::span(out_).subspan(offset), edns, rcode_);
  count_up(additional_count);
  return true;
}

std::vector<std::uint8_t> MessageBuilder::take() {
  ttl_offsets_.clear();
  suffix_hashes_.clear();
  suffix_offsets_.clear();
  return std::exchange(out_, {});
}

MessageBuilder::Mark MessageBuilder::mark() const {
  return {out_.size(), ttl_offsets_.size(), suffix_hashes_.size()};
}

bool MessageBuilder::undo(const Mark& mark) {
  out_.resize(mark.size);
  ttl_offsets_.resize(mark.ttl_offsets);
  suffix_hashes_.resize(mark.suffixes);
  suffix_offsets_.resize(mark.suffixes);
  return false;
}

void MessageBuilder::put_name(const Name& name) {
  if (points_to_question_ && suffix_hashes_.empty()) remember_question();
  const SuffixHashes hashes(name);
  auto rest = name.wire();
  for (std::size_t label = 0; rest[0] != 0; ++label) {
    if (const auto earlier = find_earlier(hashes.hash(label), rest))
      return append_u16(out_, static_cast<std::uint16_t>(0xC000 | *earlier));
    remember(hashes.hash(label));
    const std::size_t length = rest[0] + std::size_t{1};
    append(rest.first(length));
    rest = rest.subspan(length);
  }
  out_.push_back(0);
}

void MessageBuilder::remember(std::uint32_t hash) {
  if (!remember_names_ || out_.size() >= pointer_reach || suffix_hashes_.size() == most_suffixes) return;
  suffix_hashes_.push_back(hash);
  suffix_offsets_.push_back(static_cast<std::uint16_t>(out_.size()));
}

/// Not before a name is compared with it: most messages name nothing else.
void MessageBuilder::remember_question() {
  const auto name = *Name::from_message(out_, header_size);
  const SuffixHashes hashes(name);
  std::size_t offset = header_size;
  for (std::size_t label = 0; label < hashes.label_count(); offset += out_[offset] + std::size_t{1}) {
    suffix_hashes_.push_back(hashes.hash(label++));
    suffix_offsets_.push_back(static_cast<std::uint16_t>(offset));
  }
}

std::optional<std::uint16_t> MessageBuilder::find_earlier(std::uint32_t hash,
                                                          std::span<const std::uint8_t> name) const {
  const auto found = std::ranges::find(suffix_hashes_, hash);
  if (found == suffix_hashes_.end()) return {};
  // Only the first is looked at: two suffixes of one hash cost a pointer, not time.
  const auto offset = suffix_offsets_[static_cast<std::size_t>(found - suffix_hashes_.begin())];
  if (!is_name_at(out_, offset, name)) return {};
  return offset;
}

void MessageBuilder::put_rdata(Type type, std::span<const std::uint8_t> source, std::size_t offset) {
  const std::size_t length_offset = out_.size();
  append_u16(out_, 0);
  for (const RdataField& field : rdata_layout(type)) {
    const auto end = field_end(field, source, offset);
    if (!end) break;
    if (field.kind == RdataField::Kind::compressed_name)
      put_name(*Name::from_message(source, offset));
    else if (field.kind == RdataField::Kind::read_only_name)
      append(Name::from_message(source, offset)->wire());
    else
      append(source.subspan(offset, *end - offset));
    offset = *end;
  }
  append(source.subspan(offset));  // of RDATA that is not as its type wants it
  write_u16(out_, length_offset, out_.size() - length_offset - 2);
}

void MessageBuilder::append(std::span<const std::uint8_t> octets) {
  out_.insert(out_.end(), octets.begin(), octets.end());
}

void MessageBuilder::count_up(std::size_t count_offset) {
  write_u16(out_, count_offset, read_u16(out_, count_offset) + std::size_t{1});
}

std::size_t query_size(const Question& question, const Edns* edns) {
  return header_size + question.name.wire().size() + question_tail +
         (edns ? opt_fixed + edns->options.size() : 0);
}

std::size_t write_query(std::span<std::uint8_t> out, const Header& header, const Question& question,
                        const Edns* edns) {
  const auto name = question.name.wire();
  write_header(out, header);
  write_u16(out, question_count, 1);
  std::ranges::copy(name, out.begin() + header_size);
  const auto tail = out.subspan(header_size + name.size());
  write_u16(tail, 0, static_cast<std::uint16_t>(question.type));
  write_u16(tail, 2, static_cast<std::uint16_t>(question.klass));
  if (edns) {
    write_opt(tail.subspan(question_tail), *edns, header.rcode);
    write_u16(out, additional_count, 1);
  }
  return query_size(question, edns);
}

std::vector<std::uint8_t> build_query(const Header& header, const Question& question, const Edns* edns) {
  std::vector<std::uint8_t> out(query_size(question, edns));
  write_query(out, header, question, edns);
  return out;
}

}  // namespace tributary::dns
