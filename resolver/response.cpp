// A response is a copy of stored octets with patches: header and question come from the query, TTLs are
// lessened in place, and OPT is appended. For a client without DO the copy leaves out two ranges. Compression
// pointers in it stay true: the question has the same length, and none leads behind the first cut.

#include "resolver/response.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace tributary::resolver {
namespace {

constexpr std::size_t opt_size = 11;         // root owner, type, class, TTL, RDLENGTH
constexpr std::size_t option_head_size = 4;  // code, length
constexpr std::size_t error_head_size = option_head_size + 2;

void put_u16(std::span<std::uint8_t> out, std::size_t at, std::size_t value) {
  out[at] = static_cast<std::uint8_t>(value >> 8);
  out[at + 1] = static_cast<std::uint8_t>(value);
}

std::size_t get_u16(std::span<const std::uint8_t> in, std::size_t at) {
  return static_cast<std::size_t>(in[at] << 8 | in[at + 1]);
}

std::uint32_t get_u32(std::span<const std::uint8_t> in, std::size_t at) {
  return std::uint32_t{in[at]} << 24 | std::uint32_t{in[at + 1]} << 16 | std::uint32_t{in[at + 2]} << 8 |
         in[at + 3];
}

void put_u32(std::span<std::uint8_t> out, std::size_t at, std::uint32_t value) {
  put_u16(out, at, value >> 16);
  put_u16(out, at + 2, value & 0xFFFF);
}

/// The first four octets: ID and flags (RFC 1035 §4.1.1, RFC 4035 §3.2).
void put_flags(std::span<std::uint8_t> out, const dns::Header& query, const ResponseContent& content,
               bool truncated, bool authentic) {
  put_u16(out, 0, query.id);
  out[2] = static_cast<std::uint8_t>(0x80 | static_cast<unsigned>(query.opcode) << 3 | (truncated ? 2 : 0) |
                                     (query.recursion_desired ? 1 : 0));
  out[3] = static_cast<std::uint8_t>(0x80 | (authentic ? 0x20 : 0) | (query.checking_disabled ? 0x10 : 0) |
                                     (static_cast<unsigned>(content.rcode) & 0x0F));
}

/// RFC 6840 §5.7, §5.8: only a client that has shown so.
bool understands_ad(const dns::MessageView& query) {
  return query.header().authentic_data || (query.edns() && query.edns()->dnssec_ok);
}

constexpr std::size_t id_and_flags = 4;
constexpr std::size_t answer_count = 6, authority_count = 8;  // offsets in the header

/// Copies the octets of the stored message from `begin` to `end` to `at`, with their TTLs lessened; returns
/// where the copy ends.
std::size_t copy_part(const ResponseContent& content, std::size_t begin, std::size_t end,
                      std::span<const std::uint16_t> ttl_offsets, std::span<std::uint8_t> out,
                      std::size_t at) {
  std::ranges::copy(content.message.subspan(begin, end - begin),
                    out.begin() + static_cast<std::ptrdiff_t>(at));
  if (content.age > 0) {
    for (const auto offset : ttl_offsets) {
      const auto ttl = get_u32(content.message, offset);
      put_u32(out, offset - begin + at, ttl - std::min(ttl, content.age));
    }
  }
  return at + end - begin;
}

/// Copies all but the first four octets; returns the size of the whole.
std::size_t copy_whole(const ResponseContent& content, std::span<std::uint8_t> out) {
  return copy_part(content, id_and_flags, content.message.size(), content.ttl_offsets, out, id_and_flags);
}

/// The same without the records of DNSSEC. There is one offset of a TTL for each record.
std::size_t copy_stripped(const ResponseContent& content, std::span<std::uint8_t> out) {
  const auto& cuts = content.cuts;
  const std::size_t answers = get_u16(content.message, answer_count);
  const std::size_t kept_answers = answers - cuts.answer_records;
  const std::size_t kept_authorities = get_u16(content.message, authority_count) - cuts.authority_records;
  const auto first = content.ttl_offsets.first(kept_answers);
  const auto second = content.ttl_offsets.subspan(answers, kept_authorities);
  std::size_t size = copy_part(content, id_and_flags, cuts.answer_begin, first, out, id_and_flags);
  size = copy_part(content, cuts.answer_end, cuts.authority_begin, second, out, size);
  put_u16(out, answer_count, kept_answers);
  put_u16(out, authority_count, kept_authorities);
  return size;
}

std::size_t stripped_size(const ResponseContent& content) {
  return std::size_t{content.cuts.answer_begin} + content.cuts.authority_begin - content.cuts.answer_end;
}

void put_option_head(std::span<std::uint8_t> out, dns::OptionCode code, std::size_t length) {
  put_u16(out, 0, static_cast<std::size_t>(code));
  put_u16(out, 2, length);
}

std::size_t cookie_option_size(std::span<const std::uint8_t> cookie) {
  return cookie.empty() ? 0 : option_head_size + cookie.size();
}

/// The COOKIE option (RFC 7873 §4), if there is a cookie and `room` for it. Returns its size.
std::size_t put_cookie(std::span<std::uint8_t> out, std::span<const std::uint8_t> cookie, std::size_t room) {
  if (cookie.empty() || room < cookie_option_size(cookie)) return 0;
  put_option_head(out, dns::OptionCode::cookie, cookie.size());
  std::ranges::copy(cookie, out.begin() + option_head_size);
  return cookie_option_size(cookie);
}

/// The EDE (RFC 8914 §2) if `room` allows; its text is cut before it is left out. Returns its size.
std::size_t put_error(std::span<std::uint8_t> out, const std::optional<cache::ErrorView>& error,
                      std::size_t room) {
  if (!error || room < error_head_size) return 0;
  const std::size_t text = error_head_size + error->text.size() <= room ? error->text.size() : 0;
  put_option_head(out, dns::OptionCode::extended_error, 2 + text);
  put_u16(out, option_head_size, static_cast<std::size_t>(error->code));
  std::memcpy(out.data() + error_head_size, error->text.data(), text);
  return error_head_size + text;
}

/// Appends OPT (RFC 6891 §6.1.2) with the options that there is `room` for. Returns its size.
std::size_t put_opt(std::span<std::uint8_t> out, const dns::EdnsView& query, const ResponseContent& content,
                    std::span<const std::uint8_t> cookie, std::size_t room) {
  std::size_t size = opt_size;
  size += put_cookie(out.subspan(size), cookie, room - size);
  size += put_error(out.subspan(size), content.error, room - size);
  out[0] = 0;
  put_u16(out, 1, static_cast<std::size_t>(dns::Type::OPT));
  put_u16(out, 3, dns::udp_payload_limit);
  out[5] = static_cast<std::uint8_t>(static_cast<unsigned>(content.rcode) >> 4);
  out[6] = 0;
  put_u16(out, 7, query.dnssec_ok ? 0x8000 : 0);
  put_u16(out, 9, size - opt_size);
  return size;
}

}  // namespace

std::size_t response_limit(const dns::MessageView& query, Protocol protocol) {
  if (protocol == Protocol::tcp) return std::numeric_limits<std::uint16_t>::max();
  if (!query.edns()) return dns::classic_udp_payload;
  return std::clamp(query.edns()->udp_payload, dns::classic_udp_payload, dns::udp_payload_limit);
}

std::size_t write_response(const dns::MessageView& query, const ResponseContent& content, std::size_t limit,
                           std::span<std::uint8_t> out, std::span<const std::uint8_t> cookie) {
  const auto question = query.question_wire();
  const std::size_t question_end = dns::header_size + question.size();
  const std::size_t reserved = query.edns() ? opt_size + cookie_option_size(cookie) : 0;
  const bool has_records = content.message.size() > question_end;
  const bool stripped = !content.cuts.empty() && !(query.edns() && query.edns()->dnssec_ok);
  const bool truncated = (stripped ? stripped_size(content) : content.message.size()) + reserved > limit;

  std::size_t size = question_end;
  if (has_records && !truncated) {
    size = stripped ? copy_stripped(content, out) : copy_whole(content, out);
  } else {
    std::memset(out.data(), 0, dns::header_size);
    put_u16(out, 4, 1);
  }
  put_flags(out, query.header(), content, truncated, content.authentic() && understands_ad(query));
  std::ranges::copy(question, out.begin() + dns::header_size);
  if (query.edns()) {
    size += put_opt(out.subspan(size), *query.edns(), content, cookie, limit - size);
    put_u16(out, 10, 1);
  }
  return size;
}

std::size_t write_header_response(const dns::Header& query, dns::Rcode rcode, std::span<std::uint8_t> out) {
  std::memset(out.data(), 0, dns::header_size);
  ResponseContent content;
  content.rcode = rcode;
  put_flags(out, query, content, false, false);
  return dns::header_size;
}

ResponseContent content_of(const cache::Answer& answer, Instant now, Instant received) {
  ResponseContent content{answer.rcode(),
                          answer.message(),
                          answer.ttl_offsets(),
                          answer.age(now),
                          answer.cuts(),
                          {},
                          origin_of(answer, received)};
  if (answer.error()) content.error.emplace(*answer.error());
  return content;
}

ResponseContent content_of(const cache::EntryView& entry, Instant now) {
  return {entry.rcode(),
          entry.message(),
          entry.ttl_offsets(),
          entry.age(now),
          entry.cuts(),
          entry.error(),
          {AnswerSource::cache, entry.upstream(), entry.security()}};
}

}  // namespace tributary::resolver
