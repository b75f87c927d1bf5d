#include "resolver/strategy/shown_ttl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tributary::resolver {
namespace {

bool is_shown(const dns::RecordView& record, dns::Type asked) {
  const auto type = record.type;
  return record.section == dns::Section::answer &&
         (type == asked || type == dns::Type::CNAME || type == dns::Type::DNAME);
}

/// The least TTL of the records that `counts` says yes to.
template <typename Counts>
std::optional<std::uint32_t> least_ttl(const dns::MessageView& message, Counts&& counts) {
  std::optional<std::uint32_t> least;
  message.for_each_record([&](const dns::RecordView& record) {
    if (counts(record)) least = std::min(least.value_or(UINT32_MAX), record.valid_ttl());
  });
  return least;
}

std::optional<std::uint32_t> ttl_of_data(const dns::MessageView& message) {
  const auto asked = message.question_type();
  return least_ttl(message, [&](const dns::RecordView& record) { return is_shown(record, asked); });
}

std::optional<std::uint32_t> ttl_of_soa(const dns::MessageView& message) {
  return least_ttl(message, [](const dns::RecordView& record) {
    return record.section == dns::Section::authority && record.type == dns::Type::SOA;
  });
}

/// RFC 2308 §5.
std::optional<std::uint32_t> negative_ttl_of_soa(const dns::MessageView& message) {
  const auto records = dns::read_records(message);
  if (!records) return {};
  const auto soa = std::ranges::find(records->authority, dns::Type::SOA, &dns::Record::type);
  return soa == records->authority.end() ? std::nullopt : dns::negative_ttl(*soa);
}

std::uint32_t seconds(std::chrono::seconds duration) {
  return static_cast<std::uint32_t>(duration.count());
}

}  // namespace

std::optional<std::uint32_t> shown_ttl(const dns::MessageView& message) {
  const auto data = ttl_of_data(message);
  return data ? data : ttl_of_soa(message);
}

std::optional<std::uint32_t> shown_ttl(const cache::Answer& answer) {
  return shown_ttl(*dns::MessageView::parse(answer.message()));
}

explain::Ttl told_and_cut(const Reply& reply, const cache::Answer& judged, const Judge::Limits& limits) {
  const auto told = *dns::MessageView::parse(reply.message);
  explain::Ttl ttl;
  ttl.received = shown_ttl(told);
  if (ttl_of_data(told)) {
    ttl.cut(seconds(limits.max_ttl), "cache.max_ttl");
  } else {
    if (const auto negative = negative_ttl_of_soa(told))
      ttl.cut(*negative, "the SOA's MINIMUM (RFC 2308 §5)");
    ttl.cut(seconds(limits.max_negative_ttl), "cache.max_negative_ttl");
  }
  const auto left = shown_ttl(judged);
  const auto why = reply.age.count() > 0
                       ? fmt::format("{} s in a cache on the way (HTTP Age)", reply.age.count())
                       : "the least of its set (RFC 2181 §5.2)";
  if (left) ttl.cut(*left, why);
  return ttl;
}

}  // namespace tributary::resolver
