#include <gtest/gtest.h>

#include <thread>

#include "resolver/dnssec/denial_cache.hpp"
#include "tests/unit/dnssec/denial_records.hpp"

namespace tributary::dnssec {
namespace {

using namespace std::chrono_literals;
using testing::name;

TEST(DenialCacheThreads, StoreAndAskAtOnce) {
  DenialCache cache(64 * 1024);
  const Instant now{100h};
  const auto work = [&](int seed) {
    for (int i = 0; i < 300; ++i) {
      const auto zone = name("zone" + std::to_string((seed + i) % 40));
      const auto text = zone.to_text();
      cache.store(zone, 0, testing::set_of(text + " 60 IN SOA ns. admin. 1 2 3 4 5"), now + 1h);
      cache.store(zone, 0, testing::set_of(text + " 60 IN NSEC a." + text + " NS SOA NSEC"), now + 1h);
      cache.store(zone, 0, testing::set_of("a." + text + " 60 IN NSEC " + text + " A NSEC"), now + 1h);
      ValidationBudget budget;
      const auto made = cache.look_up({name("b." + text), dns::Type::A, dns::Class::IN}, 0, now, budget);
      EXPECT_TRUE(!made || dns::MessageView::parse(*made).value().rcode() == dns::Rcode::NXDOMAIN);
      if (i % 100 == 99) cache.clear();
    }
  };
  std::thread first(work, 0), second(work, 7);
  first.join();
  second.join();
  EXPECT_LE(cache.octets(), 64u * 1024u);
}

}  // namespace
}  // namespace tributary::dnssec
