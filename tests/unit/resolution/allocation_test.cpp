// An answer from the cache costs no allocation: this file replaces the program's operator new by one that
// counts.

#include <cstdlib>
#include <new>

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace {
thread_local std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace tributary::resolver::testing {
namespace {

class AllocationTest : public ResolutionTest {
 protected:
  /// What answering a query from the cache allocates; that it is answered from there is checked.
  std::size_t allocations_of_a_hit(const Octets& query) {
    ask(query);
    const auto hits = counters().cache_hits.get();
    Octets out(1232);
    const ClientInfo from{client, Protocol::udp, clock.now()};
    const auto before = allocations;
    const auto immediate = resolution->answer_now(query, from, out);
    const auto after = allocations;
    EXPECT_TRUE(std::holds_alternative<QueryHandler::Written>(immediate));
    EXPECT_EQ(counters().cache_hits.get(), hits + 1);
    return after - before;
  }
};

TEST_F(AllocationTest, IsCounted) {
  const auto before = allocations;
  Octets(1).swap(responses.emplace_back());
  EXPECT_GT(allocations, before);
}

TEST_F(AllocationTest, APositiveAnswerFromTheCacheNeedsNone) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1", "www.example. 300 IN A 192.0.2.2"};
  EXPECT_EQ(allocations_of_a_hit(usual_query("wWw.example.")), 0u);
}

TEST_F(AllocationTest, AServerCookieNeedsNone) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  const Octets client_cookie(8, 1);
  EXPECT_EQ(allocations_of_a_hit(query_with_cookie("www.example.", client_cookie)), 0u);
}

TEST_F(AllocationTest, ANegativeAnswerFromTheCacheNeedsNone) {
  EXPECT_EQ(allocations_of_a_hit(usual_query("nowhere.example.")), 0u);
}

TEST_F(AllocationTest, AFailureFromTheCacheNeedsNone) {
  world->script = [](const Query& query) { return StubUpstream::reply(query, dns::Rcode::SERVFAIL, {}); };
  EXPECT_EQ(allocations_of_a_hit(usual_query("broken.example.")), 0u);
}

}  // namespace
}  // namespace tributary::resolver::testing
