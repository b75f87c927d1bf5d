// A cache file of anybody. The first octet says what the rest is: a file as it stands; or the body of a
// record, which is given its header and its checksum, so that it gets to those who look at what it says.
// Whatever is loaded could be sent.
#include <cstdlib>
#include <span>
#include <vector>

#include "cache/walk.hpp"
#include "dns/message_view.hpp"
#include "policy/config_reader.hpp"
#include "resolver/cache_loader.hpp"
#include "resolver/cache_terms.hpp"
#include "tests/unit/cache/dump_octets.hpp"

namespace {

using namespace tributary;
using cache::testing::Octets;
using cache::testing::operator+;

constexpr std::size_t smallest_cache = std::size_t{1} << 20;

void require(bool ok) {
  if (!ok) std::abort();
}

const policy::Config& config() {
  static const auto read = policy::parse_config(
      "upstreams: { isp: { url: \"udp://192.0.2.1\" }, tls: { url: \"https://192.0.2.2/\" } }\n"
      "groups: { public: { upstreams: [isp, tls] } }\n",
      "fuzz.yaml");
  return *read;
}

const resolver::CacheNumbers numbers{{0}, {cache::upstream_place(0), cache::upstream_place(1)}};
const cache::HostTime then{Instant(std::chrono::hours(10)), cache::WallTime(1'800'000'000'000), true, "boot"};
const cache::HostTime now{then.boottime + std::chrono::minutes(1), then.wall + std::chrono::minutes(1), true,
                          "boot"};

/// One that can be told from others, of which a record is whole.
Octets with_checksum(std::span<const std::uint8_t> body) {
  const auto [octets, key] = cache::dump::write_header(resolver::cache_terms(config(), numbers, then));
  return octets + cache::testing::record_of(body, key);
}

void check(const cache::EntryView& entry) {
  Octets message(entry.message().begin(), entry.message().end());
  message[0] = message[1] = message[3] = 0;
  message[2] = 0x80;
  const auto view = dns::MessageView::parse(message);
  require(view && cache::Key(view->question(), false, 0).question().size() == entry.question().size());
  require(entry.rank() != cache::Rank::failure && entry.lifetime() <= config().cache.max_ttl);
  require(entry.stored() <= now.boottime && entry.security() != cache::Security::secure);
}

void load(std::span<const std::uint8_t> file) {
  static const policy::Policy policy(config());
  cache::AnswerCache cache(smallest_cache, config().cache.max_stale);
  resolver::CacheLoader loader({config(), policy, cache, nullptr, numbers}, now);
  // In two pieces: where they meet must not matter.
  loader.feed(file.first(file.size() / 2));
  loader.feed(file.subspan(file.size() / 2));
  const auto result = loader.finish();
  require(result.loaded >= cache.statistics().entries);
  cache::AnswerCache::Walk walk(cache);
  while (walk.step(check)) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> octets(data + 1, size - 1);
  if (*data % 2 == 0) {
    load(octets);
  } else {
    load(with_checksum(octets));
  }
  return 0;
}
