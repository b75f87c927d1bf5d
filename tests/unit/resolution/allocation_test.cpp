// An answer from the cache costs no allocation, a miss few: this file replaces the program's operator new by
// one that counts.

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
// Under the address sanitizer the form for arrays does not come to the one above by itself.
void* operator new[](std::size_t size) {
  return operator new(size);
}
void operator delete[](void* memory) noexcept {
  operator delete(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  operator delete(memory);
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

TEST_F(AllocationTest, ASignedAnswerFromTheCacheNeedsNone) {
  world_knows["www.example. A"] = {
      "www.example. 300 IN A 192.0.2.1",
      "www.example. 300 IN RRSIG A 8 2 300 20400101000000 20200101000000 1 example. AAAA"};
  dns::Header header;
  header.recursion_desired = true;
  dns::Edns edns;
  for (const bool dnssec_ok : {false, true}) {
    edns.dnssec_ok = dnssec_ok;
    EXPECT_EQ(allocations_of_a_hit(dns::build_query(header, dns::testing::question("www.example."), &edns)),
              0u);
  }
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

TEST_F(AllocationTest, RecordingNeedsNone) {
  Sleeper writer;
  QueryRecorder recorder(4096, 1, writer);
  resolution->record_queries(&recorder);
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  EXPECT_EQ(allocations_of_a_hit(usual_query("www.example.")), 0u);
  while (recorder.dropped() == 0) EXPECT_EQ(allocations_of_a_hit(usual_query("www.example.")), 0u);
}

class JudgeAllocationTest : public ::testing::Test {
 protected:
  /// What judging a reply costs once the judge's own memory is large enough.
  std::size_t allocations_of_judging(const dns::testing::Lines& lines) {
    const Query query{dns::testing::question("www.example."), false};
    const auto reply = *StubUpstream::reply(query, dns::Rcode::NOERROR, lines);
    judge.judge(query, reply, now);
    const auto before = allocations;
    const auto judgement = judge.judge(query, reply, now);
    const auto after = allocations;
    EXPECT_TRUE(judgement.answer);
    return after - before;
  }

  const Instant now{std::chrono::hours(1)};
  Judge judge{{std::chrono::hours(24), std::chrono::hours(1)}};
};

/// One for the answer, one for its octets.
TEST_F(JudgeAllocationTest, AReplyNeedsTwo) {
  EXPECT_EQ(allocations_of_judging({"www.example. 300 IN A 192.0.2.1"}), 2u);
  EXPECT_EQ(allocations_of_judging({"www.example. 300 IN CNAME a.example.", "a.example. 300 IN A 192.0.2.1",
                                    "a.example. 300 IN A 192.0.2.2"}),
            2u);
}

TEST(QueryAllocationTest, WritingAQueryNeedsNone) {
  const auto question = dns::testing::question("www.example.");
  const dns::Edns edns;
  std::array<std::uint8_t, 286> out{};
  const auto before = allocations;
  dns::write_query(out, {}, question, &edns);
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace tributary::resolver::testing
