#include "resolver/cache_loader.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

using std::chrono::milliseconds;

/// What is older has expired, whatever is configured: TTLs are cut to a week, and stale for three days.
constexpr milliseconds oldest = std::chrono::hours(24 * 30);

template <typename Items, typename Item>
std::optional<std::size_t> place_of(const Items& items, const Item& item) {
  const auto found = std::ranges::find(items, item);
  if (found == items.end()) return {};
  return static_cast<std::size_t>(found - items.begin());
}

}  // namespace

CacheLoader::CacheLoader(Tools tools, const cache::HostTime& now)
    : tools_(std::move(tools)),
      terms_(cache_terms(tools_.config, tools_.numbers, now)),
      judge_({tools_.config.cache.max_ttl, tools_.config.cache.max_negative_ttl}) {
  // Answers that are loaded were stored at `now` at the latest.
  if (tools_.trust != nullptr) tools_.trust->judge_anew([&now] { return now.boottime + Duration(1); });
}

void CacheLoader::feed(std::span<const std::uint8_t> piece) {
  reader_.feed(piece, [this](const auto& header, const auto& record) { note(header, record); });
}

CacheLoadResult CacheLoader::finish() {
  reader_.finish([this](const auto& header, const auto& record) { note(header, record); });
  result_.skipped += reader_.damaged();
  result_.refusal = reader_.refusal();
  return result_;
}

void CacheLoader::note(const cache::DumpHeader& header, const cache::DumpedAnswer& record) {
  switch (take(header, record)) {
    case Fate::loaded:
      ++result_.loaded;
      break;
    case Fate::skipped:
      ++result_.skipped;
      break;
    case Fate::expired:
      ++result_.expired;
      break;
  }
}

CacheLoader::Meaning CacheLoader::meaning_of(const cache::DumpHeader& header) const {
  Meaning out{cache::elapsed(header.written, terms_.written), {}, {}, header.trust == terms_.trust};
  for (const auto& group : header.groups) {
    const auto same = std::ranges::find_if(terms_.groups, [&group](const auto& ours) {
      return ours.name == group.name && ours.fingerprint == group.fingerprint;
    });
    if (same != terms_.groups.end())
      out.groups.emplace(group.number, static_cast<std::size_t>(same - terms_.groups.begin()));
  }
  for (const auto& name : header.upstreams) {
    const auto place = name.empty() ? std::nullopt : place_of(terms_.upstreams, name);
    out.upstreams.push_back(place ? cache::upstream_place(*place) : cache::UpstreamPlace::none);
  }
  return out;
}

CacheLoader::Fate CacheLoader::take(const cache::DumpHeader& header, const cache::DumpedAnswer& record) {
  if (!meaning_) meaning_ = meaning_of(header);
  const auto view = dns::MessageView::parse(record.message);
  if (!view || !meaning_->age) return Fate::skipped;
  const auto age = *meaning_->age + (header.written.wall - record.stored);
  if (age < milliseconds::zero()) return Fate::skipped;
  if (age > oldest) return Fate::expired;
  const auto question = view->question();
  const auto its_route = route(question, record);
  const auto from = upstream(record);
  if (!its_route || !from) return Fate::skipped;
  const Query query{question, record.checking_disabled};
  const bool validated = its_route->validate && !record.checking_disabled && tools_.trust != nullptr;
  auto answer = judged(query, record, channel(record, *from), age);
  if (answer) answer = with_security(std::move(answer), record.security, validated);
  if (!answer) return Fate::skipped;
  const Instant now = terms_.written.boottime;
  if (answer->lifetime() < cache::AnswerCache::shortest_kept ||
      answer->expires() + tools_.cache.max_stale() <= now)
    return Fate::expired;
  const cache::Key key(question, record.checking_disabled, tools_.numbers.groups[its_route->group]);
  return tools_.cache.restore(key, answer, now, *from) ? Fate::loaded : Fate::skipped;
}

/// Where the question leads to now, if that is where it led to then.
std::optional<policy::Forward> CacheLoader::route(const dns::Question& question,
                                                  const cache::DumpedAnswer& record) const {
  const auto group = meaning_->groups.find(record.group);
  const auto decision = tools_.policy.route(question);
  const auto* forward = std::get_if<policy::Forward>(&decision);
  if (forward == nullptr || group == meaning_->groups.end() || group->second != forward->group) return {};
  return *forward;
}

/// What follows from other answers has none.
std::optional<cache::UpstreamPlace> CacheLoader::upstream(const cache::DumpedAnswer& record) const {
  if (record.upstream == cache::UpstreamPlace::none) return record.upstream;
  const auto place = static_cast<std::size_t>(record.upstream);
  if (place >= meaning_->upstreams.size() || meaning_->upstreams[place] == cache::UpstreamPlace::none)
    return {};
  return meaning_->upstreams[place];
}

/// As good as the file says at most, and as the upstream's scheme is now.
Channel CacheLoader::channel(const cache::DumpedAnswer& record, cache::UpstreamPlace upstream) const {
  if (record.rank != cache::Rank::authenticated || upstream == cache::UpstreamPlace::none)
    return Channel::clear;
  const auto& config = tools_.config.upstreams[*place_of(tools_.numbers.upstreams, upstream)];
  return config.scheme == policy::UpstreamScheme::https ? Channel::authenticated : Channel::clear;
}

/// Stored then; what came before this host was booted, with that much less of its TTLs.
cache::AnswerPtr CacheLoader::judged(const Query& query, const cache::DumpedAnswer& record, Channel channel,
                                     Duration age) {
  const Duration since_boot = std::min(age, terms_.written.boottime.time_since_epoch());
  const auto before = std::chrono::ceil<std::chrono::seconds>(age - since_boot);
  const Reply reply{
      .message = {record.message.begin(), record.message.end()}, .channel = channel, .age = before};
  return judge_.judge(query, reply, terms_.written.boottime - since_boot).answer;
}

/// Null if it was not validated as it would be now.
cache::AnswerPtr CacheLoader::with_security(cache::AnswerPtr answer, cache::Security then,
                                            bool validated) const {
  using cache::Security;
  if (!validated) return answer;
  if (!meaning_->same_trust || then == Security::unchecked) return nullptr;
  const auto now = then == Security::insecure ? Security::insecure : Security::undated;
  return Judge::seal(*answer, now, {}, answer->stored());
}

}  // namespace tributary::resolver
