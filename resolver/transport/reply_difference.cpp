#include "resolver/transport/reply_difference.hpp"

#include <algorithm>
#include <span>

#include "dns/presentation.hpp"

namespace tributary::resolver {
namespace {

constexpr std::size_t most_in_summary = 3;

/// The answer section with equal TTLs.
std::vector<dns::Record> answer_of(const dns::MessageView& reply) {
  auto sections = dns::read_records(reply);
  auto records = sections ? std::move(sections->answer) : std::vector<dns::Record>();
  for (auto& record : records) record.ttl = 0;
  return records;
}

}  // namespace

bool say_the_same(const dns::MessageView& one, const dns::MessageView& other) {
  return one.rcode() == other.rcode() && std::ranges::is_permutation(answer_of(one), answer_of(other));
}

std::string summary(const dns::MessageView& reply) {
  std::string out = dns::to_text(reply.rcode());
  const auto records = answer_of(reply);
  for (const auto& record : std::span(records).first(std::min(records.size(), most_in_summary))) {
    out += ", " + dns::to_text(record.type) + " " + dns::rdata_text(record);
  }
  return out;
}

}  // namespace tributary::resolver
