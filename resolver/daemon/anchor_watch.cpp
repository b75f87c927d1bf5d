#include "resolver/daemon/anchor_watch.hpp"

#include <algorithm>
#include <map>

#include <spdlog/spdlog.h>

#include "resolver/dnssec/anchor_observation.hpp"

namespace tributary::resolver {
namespace {

/// The DNSKEY set of `zone` in an answer that was validated; nothing if it has none.
std::optional<dnssec::Rrset> dnskeys_of(const dns::Name& zone, const cache::Answer& answer) {
  if (answer.security() != cache::Security::secure) return std::nullopt;
  const auto message = dns::MessageView::parse(answer.message());
  auto sets = message ? dnssec::read_rrsets(*message, dns::Section::answer) : std::nullopt;
  if (!sets) return std::nullopt;
  const auto found = std::ranges::find_if(
      *sets, [&](const dnssec::Rrset& set) { return set.type == dns::Type::DNSKEY && set.owner == zone; });
  return found == sets->end() ? std::nullopt : std::optional(std::move(*found));
}

}  // namespace

AnchorWatch::AnchorWatch(Timers& timers, const std::vector<dns::Record>& configured, Tools tools,
                         Trust& trust)
    : timers_(timers), tools_(std::move(tools)), trust_(trust) {
  std::map<dns::Name, std::vector<dns::Record>, dns::CanonicalLess> by_zone;
  for (const auto& record : configured) by_zone[record.owner].push_back(record);
  for (const auto& [zone, records] : by_zone) followed_.push_back(tools_.store.load(zone, records));
  take_up();
  timers_.set(*this, timers_.now());
}

void AnchorWatch::expire() {
  timers_.set(*this, timers_.now() + interval);
  const auto clock = trust_.clock.view();
  if (!clock.dates_count || !clock.may_be_secure()) return;
  for (auto& followed : followed_) {
    if (!followed.refresh_due(clock.at(timers_.now()).now)) continue;
    tools_.ask(followed.zone(),
               [this, &followed, alive = std::weak_ptr(alive_)](const cache::AnswerPtr& answer) {
                 if (!alive.expired()) heard(followed, *answer);
               });
  }
}

void AnchorWatch::heard(dnssec::AnchorRollover& followed, const cache::Answer& answer) {
  const auto time = trust_.clock.view().at(timers_.now());
  const auto dnskeys = dnskeys_of(followed.zone(), answer);
  if (!dnskeys || !time.dates_count) return followed.refresh_failed(time.now);
  dnssec::ValidationBudget budget;
  const auto observed = observe_keys(followed, *dnskeys, trust_.settings.algorithms, time, budget);
  const auto changes = followed.observe(observed, time.now);
  for (const auto& change : changes)
    spdlog::info("trust point {}: {}", followed.zone().to_text(), change.to_text());
  if (!changes.empty()) take_up();
  tools_.store.keep(followed);
}

/// What the chains of trust begin with from now on.
void AnchorWatch::take_up() {
  std::vector<dns::Record> records;
  for (const auto& followed : followed_)
    for (const auto& rdata : followed.anchors())
      records.push_back({followed.zone(), dns::Type::DS, dns::Class::IN, 0, rdata});
  trust_.anchors.replace(dnssec::TrustAnchors(records, tools_.negative));
  trust_.judge_anew([this] { return timers_.now(); });
}

}  // namespace tributary::resolver
