#include "resolver/cache_terms.hpp"

#include <algorithm>

#include "base/siphash.hpp"

namespace tributary::resolver {
namespace {

/// Made of pieces with their lengths, so that no two lists of pieces look the same.
class Fingerprint {
 public:
  Fingerprint& add(std::string_view text) {
    add(text.size());
    octets_.insert(octets_.end(), text.begin(), text.end());
    return *this;
  }
  Fingerprint& add(std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      octets_.push_back(static_cast<std::uint8_t>(number >> shift));
    return *this;
  }
  std::uint64_t value() const {
    std::uint64_t out = 0;
    for (const auto octet : siphash(SipKey{}, octets_)) out = out << 8 | octet;
    return out;
  }

 private:
  std::vector<std::uint8_t> octets_;
};

void add(Fingerprint& print, const policy::UpstreamConfig& upstream) {
  print.add(upstream.name).add(static_cast<std::uint64_t>(upstream.scheme));
  print.add(upstream.address ? upstream.address->to_text() : "");
  print.add(upstream.host).add(upstream.port).add(upstream.path).add(upstream.zone_file.string());
}

std::uint64_t fingerprint(const policy::GroupConfig& group, const policy::Config& config) {
  Fingerprint print;
  const bool by_quorum = group.strategy == policy::StrategyKind::consensus;
  print.add(group.uniform).add(by_quorum ? group.quorum : 0);
  for (const auto& upstream : config.upstreams) {
    if (std::ranges::find(group.upstreams, upstream.name) != group.upstreams.end()) add(print, upstream);
  }
  return print.value();
}

std::uint64_t trust_fingerprint(const policy::Config& config) {
  const auto& dnssec = config.dnssec;
  Fingerprint print;
  print.add(static_cast<std::uint64_t>(dnssec.mode)).add(dnssec.sha1).add(dnssec.max_nsec3_iterations);
  for (const auto& anchor : dnssec.trust_anchors) print.add(to_text(anchor));
  for (const auto& name : dnssec.negative_trust_anchors) print.add("-").add(name.to_text());
  for (const auto& route : config.routes) {
    if (!route.validate) print.add("off").add(route.suffix.to_text());
  }
  return print.value();
}

/// By their places.
std::vector<std::string> names_of(const std::vector<policy::UpstreamConfig>& upstreams,
                                  const std::vector<cache::UpstreamPlace>& places) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < upstreams.size(); ++i) {
    if (places[i] == cache::UpstreamPlace::none) continue;
    const auto place = static_cast<std::size_t>(places[i]);
    out.resize(std::max(out.size(), place + 1));
    out[place] = upstreams[i].name;
  }
  return out;
}

}  // namespace

cache::DumpHeader cache_terms(const policy::Config& config, const CacheNumbers& numbers,
                              const cache::HostTime& now) {
  cache::DumpHeader out{now, trust_fingerprint(config), {}, {}};
  for (std::size_t i = 0; i < config.groups.size(); ++i)
    out.groups.push_back({config.groups[i].name, fingerprint(config.groups[i], config), numbers.groups[i]});
  out.upstreams = names_of(config.upstreams, numbers.upstreams);
  return out;
}

}  // namespace tributary::resolver
