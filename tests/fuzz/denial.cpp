// A negative reply of anybody, its denial records taken as if they were signed by each zone that the question
// can be in: every proof ends, and what the cache of denials makes of them is proven by the message itself.
#include <algorithm>
#include <cstdlib>

#include "resolver/dnssec/denial_cache.hpp"
#include "resolver/dnssec/rrset.hpp"

namespace {

using namespace tributary;
using namespace tributary::dnssec;

constexpr std::uint16_t group = 0;
constexpr Instant now{std::chrono::hours(1)};

void require(bool ok) {
  if (!ok) std::abort();
}

std::vector<const Rrset*> pointers_to(const std::vector<Rrset>& sets) {
  std::vector<const Rrset*> pointers;
  for (const auto& set : sets) pointers.push_back(&set);
  return pointers;
}

void prove_everything(const dns::Name& zone, const std::vector<Rrset>& sets, const dns::Question& question) {
  ValidationBudget budget;
  const Denial denial(zone, pointers_to(sets), budget);
  denial.name_error(question.name);
  denial.no_data(question.name, question.type);
  denial.no_ds(question.name);
  for (std::size_t labels = 0; labels <= question.name.label_count(); ++labels)
    denial.no_closer_match(question.name, static_cast<std::uint8_t>(labels));
  require(denial.no_ds(zone) == Denial::NoDs::unproven);
  if (!zone.is_root()) require(denial.name_error(dns::Name()) == Denied::no);
}

/// Requires that `message` proves itself what it says.
void check_made(Octets message, const dns::Name& zone, const dns::Question& question) {
  const auto view = dns::MessageView::parse(message);
  require(view && view->question() == question);
  const auto sets = read_rrsets(*view, dns::Section::authority);
  require(sets && !sets->empty() && sets->front().type == dns::Type::SOA && sets->front().ttl > 0);
  ValidationBudget budget;
  const Denial denial(zone, pointers_to(*sets), budget);
  const bool error = view->rcode() == dns::Rcode::NXDOMAIN;
  const auto denied = error ? denial.name_error(question.name) : denial.no_data(question.name, question.type);
  require(denied == Denied::yes);
}

void keep_and_look_up(const dns::Name& zone, const std::vector<Rrset>& sets, const dns::Question& question) {
  DenialCache cache(1 << 20);
  for (const auto& set : sets) cache.store(zone, group, set, now + std::chrono::seconds(set.ttl));
  ValidationBudget budget;
  if (const auto made = cache.look_up(question, group, now, budget)) check_made(*made, zone, question);
  cache.clear();
  require(cache.octets() == 0);
}

void read_everything(Octets rdata) {
  constexpr std::uint16_t more_than_a_window = 300;
  if (const auto types = TypeBitmap::read(rdata))
    for (std::uint16_t type = 0; type < more_than_a_window; ++type) types->contains(dns::Type{type});
  Nsec::read(rdata);
  Nsec3::read(rdata);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_everything({data, size});
  const auto message = dns::MessageView::parse({data, size});
  const auto sets = message ? read_rrsets(*message, dns::Section::authority) : std::nullopt;
  if (!sets) return 0;
  constexpr std::size_t deepest = 5;
  const auto question = message->question();
  for (std::size_t labels = 0; labels <= std::min(deepest, question.name.label_count()); ++labels) {
    const dns::Name zone = question.name.suffix(labels);
    prove_everything(zone, *sets, question);
    keep_and_look_up(zone, *sets, question);
  }
  return 0;
}
