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

void write_u16(std::vector<std::uint8_t>& out, std::size_t offset, std::size_t value) {
  out[offset] = static_cast<std::uint8_t>(value >> 8);
  out[offset + 1] = static_cast<std::uint8_t>(value);
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

MessageBuilder::MessageBuilder(const Header& header, std::size_t limit)
    : limit_(std::min(limit, max_size)), rcode_(header.rcode) {
  out_.reserve(classic_udp_payload);
  append_u16(out_, header.id);
  append_u16(out_, flags_of(header));
  out_.resize(header_size);
}

void MessageBuilder::question(const Question& question) {
  assert(out_.size() == header_size);
  put_name(question.name);
  append_u16(out_, static_cast<std::uint16_t>(question.type));
  append_u16(out_, static_cast<std::uint16_t>(question.klass));
  count_up(question_count);
}

bool MessageBuilder::record(Section section, const Record& record) {
  const Mark before = mark();
  put_name(record.owner);
  append_u16(out_, static_cast<std::uint16_t>(record.type));
  append_u16(out_, static_cast<std::uint16_t>(record.klass));
  ttl_offsets_.push_back(static_cast<std::uint16_t>(out_.size()));
  append_u32(out_, record.ttl);
  put_rdata(record);
  if (out_.size() > limit_) return undo(before);
  count_up(question_count + 2 + 2 * static_cast<std::size_t>(section));
  return true;
}

bool MessageBuilder::edns(const Edns& edns) {
  const Mark before = mark();
  out_.push_back(0);
  append_u16(out_, static_cast<std::uint16_t>(Type::OPT));
  append_u16(out_, edns.udp_payload);
  out_.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(rcode_) >> 4));
  out_.push_back(edns.version);
  append_u16(out_, edns.dnssec_ok ? 0x8000 : 0);
  append_u16(out_, static_cast<std::uint16_t>(edns.options.size()));
  out_.insert(out_.end(), edns.options.begin(), edns.options.end());
  if (out_.size() > limit_) return undo(before);
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
  const SuffixHashes hashes(name);
  auto rest = name.wire();
  for (std::size_t label = 0; rest[0] != 0; ++label) {
    if (const auto earlier = find_earlier(hashes.hash(label), rest))
      return append_u16(out_, static_cast<std::uint16_t>(0xC000 | *earlier));
    remember(hashes.hash(label));
    const std::size_t length = rest[0] + std::size_t{1};
    out_.insert(out_.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length));
    rest = rest.subspan(length);
  }
  out_.push_back(0);
}

void MessageBuilder::remember(std::uint32_t hash) {
  if (out_.size() >= pointer_reach || suffix_hashes_.size() == most_suffixes) return;
  suffix_hashes_.push_back(hash);
  suffix_offsets_.push_back(static_cast<std::uint16_t>(out_.size()));
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

void MessageBuilder::put_rdata(const Record& record) {
  const std::size_t length_offset = out_.size();
  append_u16(out_, 0);
  auto rest = std::span<const std::uint8_t>(record.rdata);
  for (const RdataField& field : rdata_layout(record.type)) {
    const auto length = field_length(field, rest);
    if (!length) break;
    if (field.kind == RdataField::Kind::compressed_name)
      put_name(*Name::from_start_of(rest));
    else
      out_.insert(out_.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(*length));
    rest = rest.subspan(*length);
  }
  out_.insert(out_.end(), rest.begin(), rest.end());
  write_u16(out_, length_offset, out_.size() - length_offset - 2);
}

void MessageBuilder::count_up(std::size_t count_offset) {
  write_u16(out_, count_offset, read_u16(out_, count_offset) + std::size_t{1});
}

std::vector<std::uint8_t> build_query(const Header& header, const Question& question, const Edns* edns) {
  MessageBuilder builder(header);
  builder.question(question);
  if (edns) {
    [[maybe_unused]] const bool written = builder.edns(*edns);
    assert(written);
  }
  return builder.take();
}

}  // namespace tributary::dns
