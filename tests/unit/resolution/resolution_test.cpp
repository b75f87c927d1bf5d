#include "resolver/resolution.hpp"

#include <gmock/gmock.h>

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using dns::Type;
using ::testing::ElementsAre;

// ---- At once.

TEST_F(ResolutionTest, DropsWhatIsNoQuery) {
  EXPECT_EQ(ask(Octets{}), std::nullopt);
  EXPECT_EQ(ask(Octets(11, 0)), std::nullopt);
  auto response = usual_query("www.example.");
  response[2] |= 0x80;
  EXPECT_EQ(ask(response), std::nullopt);
  EXPECT_EQ(counters().dropped.get(), 3u);
  EXPECT_TRUE(world->asked.empty());
}

TEST_F(ResolutionTest, TellsWhatCannotBeParsed) {
  auto query = usual_query("www.example.");
  query.push_back(0);
  const auto response = ask(query);
  ASSERT_TRUE(response);
  ASSERT_EQ(response->size(), dns::header_size);
  EXPECT_EQ(dns::read_header(*response)->rcode, Rcode::FORMERR);
  EXPECT_EQ(dns::read_header(*response)->id, 0x4242);
}

TEST_F(ResolutionTest, FindsAQueryWithManyRecordsMalformed) {
  dns::MessageBuilder builder({.id = 0x4242, .recursion_desired = true});
  builder.question(dns::testing::question("www.example."));
  for (int count = 0; count < 4; ++count)
    ASSERT_TRUE(builder.record(dns::Section::additional, {{}, Type::TXT, dns::Class::IN, 0, {0}}));
  const auto response = ask(builder.take());
  ASSERT_TRUE(response);
  EXPECT_EQ(dns::read_header(*response)->rcode, Rcode::FORMERR);
}

TEST_F(ResolutionTest, KnowsQueriesOnly) {
  auto query = usual_query("www.example.");
  query[2] = static_cast<std::uint8_t>(dns::Opcode::NOTIFY) << 3;
  const auto response = ask(query);
  ASSERT_TRUE(response);
  EXPECT_EQ(dns::read_header(*response)->rcode, Rcode::NOTIMP);
  EXPECT_EQ(dns::read_header(*response)->opcode, dns::Opcode::NOTIFY);
}

TEST_F(ResolutionTest, RefusesUnknownVersionsOfEdns) {
  dns::Edns edns;
  edns.version = 1;
  const auto response = ask(dns::build_query({}, dns::testing::question("www.example."), &edns));
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::BADVERS);
  EXPECT_EQ(responses_from(AnswerSource::local, Rcode::BADVERS), 1u);
}

TEST_F(ResolutionTest, RefusesClientsThatAreNotAllowed) {
  client = asio::ip::make_address("192.0.2.1");
  const auto query = usual_query("www.example.");
  const auto response = ask(query);
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::REFUSED);
  EXPECT_TRUE(world->asked.empty());
}

TEST_F(ResolutionTest, ARefusedClientNeverGetsMoreOverUdpThanItSent) {
  client = asio::ip::make_address("192.0.2.1");
  Octets padding;
  dns::append_option(padding, dns::OptionCode::padding, Octets(2000));
  dns::Edns padded;
  padded.options = padding;
  for (const auto& edns : {std::optional<dns::Edns>(), std::optional(dns::Edns{}), std::optional(padded)}) {
    for (const auto type : {Type::A, Type::ANY, Type::AXFR}) {
      const auto query = dns::build_query({}, dns::testing::question("a.", type), edns ? &*edns : nullptr);
      const auto response = ask(query);
      ASSERT_TRUE(response);
      EXPECT_LE(response->size(), query.size());
      EXPECT_EQ(parse(*response).rcode(), Rcode::REFUSED);
      EXPECT_EQ(parse(*response).edns().has_value(), edns.has_value());
    }
  }
}

TEST_F(ResolutionTest, ARefusedClientIsToldWhyOverTcp) {
  client = asio::ip::make_address("192.0.2.1");
  const auto response = ask(usual_query("www.example."), Protocol::tcp);
  ASSERT_TRUE(response);
  ASSERT_TRUE(error_of(*response));
  EXPECT_EQ(error_of(*response)->code, dns::ExtendedError::prohibited);
}

TEST_F(ResolutionTest, AnswersAnyWithHinfo) {
  const auto response = ask("www.example.", Type::ANY);
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::NOERROR);
  const auto records = dns::read_records(parse(*response)).value();
  ASSERT_EQ(records.answer.size(), 1u);
  EXPECT_EQ(records.answer.front().type, Type::HINFO);
  EXPECT_EQ(records.answer.front().owner, dns::testing::name("www.example."));
  EXPECT_EQ(records.answer.front().rdata, dns::testing::octets_of({"\7RFC8482", std::string_view("\0", 1)}));
  EXPECT_TRUE(world->asked.empty());
}

/// RFC 3225 §3, RFC 4035 §3.2.1.
TEST_F(ResolutionTest, SignaturesAreForWhoAsksForThem) {
  const std::string address = "www.example. 300 IN A 192.0.2.1";
  const std::string signature =
      dns::to_text(dns::parse_record("www.example. 300 IN RRSIG A 8 2 300 20400101000000 20200101000000 1 "
                                     "example. AAAA")
                       .value());
  world_knows["www.example. A"] = {address, signature};
  world_knows["www.example. RRSIG"] = {signature};
  dns::Header header;
  header.recursion_desired = true;
  dns::Edns with_do;
  with_do.dnssec_ok = true;
  const auto question = dns::testing::question("www.example.");
  for (int time = 0; time < 2; ++time) {
    EXPECT_THAT(answers(*ask(dns::build_query(header, question, &with_do))), ElementsAre(address, signature));
    EXPECT_THAT(answers(*ask(usual_query("www.example."))), ElementsAre(address));
    EXPECT_THAT(answers(*ask(dns::build_query(header, question, nullptr))), ElementsAre(address));
    EXPECT_THAT(answers(*ask(usual_query("www.example.", Type::RRSIG))), ElementsAre(signature));
  }
  EXPECT_EQ(world->asked.size(), 2u);
}

TEST_F(ResolutionTest, DoesNotRecurseForWhoDoesNotAskForIt) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  const dns::Edns edns;
  const auto query = dns::build_query({}, dns::testing::question("www.example."), &edns);
  const auto response = ask(query);
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::REFUSED);
  EXPECT_EQ(error_of(*response)->code, dns::ExtendedError::not_authoritative);
  EXPECT_TRUE(world->asked.empty());
}

TEST_F(ResolutionTest, AnswersSpecialNamesItself) {
  const auto response = ask("LocalHost.");
  ASSERT_TRUE(response);
  EXPECT_THAT(answers(*response), ElementsAre(::testing::HasSubstr("127.0.0.1")));
  EXPECT_EQ(counters().local.get(), 1u);
  EXPECT_TRUE(world->asked.empty());
  EXPECT_EQ(cache.statistics().entries, 0u);
}

TEST_F(ResolutionTest, ARouteOfItsOwnTakesASpecialName) {
  office_knows["www.corp.test. A"] = {"www.corp.test. 300 IN A 192.0.2.7"};
  const auto response = ask("www.corp.test.");
  ASSERT_TRUE(response);
  EXPECT_THAT(answers(*response), ElementsAre("www.corp.test. 300 IN A 192.0.2.7"));
  EXPECT_TRUE(world->asked.empty());
}

TEST_F(ResolutionTest, AZoneInMemoryNeedsNoRecursionAndNoCache) {
  home_knows["nas.home.arpa. A"] = {"nas.home.arpa. 300 IN A 192.168.1.2"};
  const auto query = dns::build_query({}, dns::testing::question("nas.home.arpa."), nullptr);
  for (int i = 0; i < 2; ++i) {
    const auto response = ask(query);
    ASSERT_TRUE(response);
    EXPECT_THAT(answers(*response), ElementsAre("nas.home.arpa. 300 IN A 192.168.1.2"));
  }
  EXPECT_EQ(counters().local.get(), 2u);
  EXPECT_EQ(counters().cache_misses.get(), 0u);
  EXPECT_EQ(cache.statistics().entries, 0u);
}

// ---- Through the cache.

TEST_F(ResolutionTest, AsksOnceAndAnswersFromTheCacheThen) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  const auto first = ask("www.example.");
  ASSERT_TRUE(first);
  EXPECT_THAT(answers(*first), ElementsAre("www.example. 300 IN A 192.0.2.1"));
  EXPECT_EQ(counters().cache_misses.get(), 1u);
  EXPECT_EQ(counters().cache_hits.get(), 0u);
  clock.advance(100s);
  const auto second = ask("wwW.example.");  // the records' owner points to the question
  ASSERT_TRUE(second);
  EXPECT_THAT(answers(*second), ElementsAre("wwW.example. 200 IN A 192.0.2.1"));
  EXPECT_EQ(counters().cache_hits.get(), 1u);
  EXPECT_EQ(world->asked.size(), 1u);
}

TEST_F(ResolutionTest, AsksAgainWhenTheAnswerHasExpired) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  ask("www.example.");
  clock.advance(300s);
  EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 300 IN A 192.0.2.1"));
  EXPECT_EQ(world->asked.size(), 2u);
}

TEST_F(ResolutionTest, KeepsDenialsToo) {
  for (int i = 0; i < 2; ++i) {
    const auto response = ask("missing.example.");
    ASSERT_TRUE(response);
    EXPECT_EQ(parse(*response).rcode(), Rcode::NXDOMAIN);
    EXPECT_EQ(parse(*response).record_count(dns::Section::authority), 1u);
  }
  EXPECT_EQ(world->asked.size(), 1u);
}

TEST_F(ResolutionTest, CountsResponsesBySourceAndRcode) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  ask(usual_query("www.example."), Protocol::udp);
  ask(usual_query("www.example."), Protocol::tcp);
  ask(usual_query("missing.example."), Protocol::tcp);
  EXPECT_EQ(responses_from(AnswerSource::upstream), 1u);
  EXPECT_EQ(responses_from(AnswerSource::cache), 1u);
  EXPECT_EQ(responses_from(AnswerSource::upstream, Rcode::NXDOMAIN), 1u);
}

TEST_F(ResolutionTest, AChainThatWasKnownIsOfTheCacheTooThoughItIsPutTogetherLater) {
  world_knows["alias.example. A"] = {"alias.example. 300 IN CNAME www.example."};
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  ask("alias.example.");
  EXPECT_EQ(responses_from(AnswerSource::upstream), 1u);
  clock.advance(std::chrono::seconds(1));
  ask("alias.example.");
  EXPECT_EQ(responses_from(AnswerSource::upstream), 1u);
  EXPECT_EQ(responses_from(AnswerSource::cache), 1u);
}

TEST_F(ResolutionTest, WhatItAnswersByItselfIsLocal) {
  home_knows["nas.home.arpa. A"] = {"nas.home.arpa. 300 IN A 192.168.1.2"};
  ask("nas.home.arpa.");  // of a group that needs no network
  ask("localhost.");
  ask(Octets(12, 0));  // no question
  EXPECT_EQ(responses_from(AnswerSource::local), 2u);
  EXPECT_EQ(responses_from(AnswerSource::local, Rcode::FORMERR), 1u);
}

TEST_F(ResolutionTest, TellsWhatIsAskedForAndWhetherItWasCached) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  ask("www.example.");
  const auto hit = usual_query("www.example."), odd = usual_query("www.example.", dns::Type::HINFO);
  const Octets unreadable(12, 0), drop(3, 0);
  std::array<std::array<std::uint8_t, 1232>, 4> out;
  const ClientInfo from{client, Protocol::udp, clock.now()};
  std::array<QueryHandler::Asked, 4> batch{
      {{hit, from, out[0]}, {odd, from, out[1]}, {unreadable, from, out[2]}, {drop, from, out[3]}}};
  resolution->answer_now(batch);
  EXPECT_EQ(batch[0].type, dns::TypeClass::A);
  EXPECT_TRUE(std::get<QueryHandler::Written>(batch[0].answer).cached);
  EXPECT_EQ(batch[1].type, dns::TypeClass::other);
  EXPECT_EQ(batch[2].type, dns::TypeClass::none);
  EXPECT_FALSE(std::get<QueryHandler::Written>(batch[2].answer).cached);
  EXPECT_EQ(batch[3].type, dns::TypeClass::none);
}

TEST_F(ResolutionTest, CutsWhatIsTooLargeForTheClientsProtocol) {
  for (int i = 0; i < 60; ++i) {
    world_knows["big.example. A"].push_back("big.example. 300 IN A 192.0.2." + std::to_string(i));
  }
  dns::Header header;
  header.recursion_desired = true;
  const auto query = dns::build_query(header, dns::testing::question("big.example."), nullptr);
  const auto over_udp = ask(query);
  ASSERT_TRUE(over_udp);
  EXPECT_TRUE(parse(*over_udp).header().truncated);
  EXPECT_LE(over_udp->size(), 512u);
  const auto over_tcp = ask(query, Protocol::tcp);
  ASSERT_TRUE(over_tcp);
  EXPECT_FALSE(parse(*over_tcp).header().truncated);
  EXPECT_EQ(parse(*over_tcp).record_count(dns::Section::answer), 60u);
  EXPECT_EQ(world->asked.size(), 1u);
}

// ---- Together.

TEST_F(ResolutionTest, OneQuestionOfAHundredClientsIsAskedOnce) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  world->hold();
  for (int i = 0; i < 100; ++i) start(usual_query("www.example."));
  poll();
  EXPECT_TRUE(responses.empty());
  EXPECT_EQ(world->asked.size(), 1u);
  world->release();
  poll();
  ASSERT_EQ(responses.size(), 100u);
  for (const auto& response : responses) {
    EXPECT_THAT(answers(response), ElementsAre("www.example. 300 IN A 192.0.2.1"));
  }
  EXPECT_EQ(world->asked.size(), 1u);
  EXPECT_EQ(counters().coalesced.get(), 99u);
  EXPECT_EQ(counters().cache_misses.get(), 100u);
}

TEST_F(ResolutionTest, DifferentQuestionsAreAskedApart) {
  world->hold();
  ask("www.example.");
  ask("www.example.", Type::AAAA);
  EXPECT_EQ(world->asked.size(), 2u);
  EXPECT_EQ(counters().coalesced.get(), 0u);
}

TEST_F(ResolutionTest, AFollowerWaitsNoLongerThanItsOwnQueryMayTake) {
  // Another worker leads, and is stuck.
  const auto elsewhere = in_flight.join({dns::testing::question("www.example."), false, 0});
  ASSERT_TRUE(elsewhere.leader);
  EXPECT_EQ(ask("www.example."), std::nullopt);
  clock.advance(4s);
  poll();
  ASSERT_EQ(responses.size(), 1u);
  EXPECT_EQ(parse(responses.front()).rcode(), Rcode::SERVFAIL);
  EXPECT_TRUE(world->asked.empty());
}

// ---- Failures.

TEST_F(ResolutionTest, TellsWhyItFailed) {
  world->script = [](const Query&) { return tl::unexpected(Failure{Failure::Kind::network, "refused", {}}); };
  const auto response = ask("www.example.");
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::SERVFAIL);
  ASSERT_TRUE(error_of(*response));
  EXPECT_EQ(error_of(*response)->code, dns::ExtendedError::network_error);
}

TEST_F(ResolutionTest, AFailureIsRememberedLongerEachTime) {
  world->script = [](const Query& query) { return StubUpstream::reply(query, Rcode::SERVFAIL); };
  std::size_t asked = 0;
  for (const auto lifetime : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    EXPECT_EQ(parse(ask("www.example.").value()).rcode(), Rcode::SERVFAIL);
    EXPECT_EQ(world->asked.size(), ++asked);
    clock.advance(lifetime - 1s);
    EXPECT_EQ(parse(ask("www.example.").value()).rcode(), Rcode::SERVFAIL);
    EXPECT_EQ(world->asked.size(), asked) << "still remembered";
    clock.advance(1s);
  }
}

TEST_F(ResolutionTest, AnAnswerEndsTheRowOfFailures) {
  const auto good = world->script;
  world_knows["www.example. A"] = {"www.example. 30 IN A 192.0.2.1"};
  const auto bad = [](const Query& query) { return StubUpstream::reply(query, Rcode::SERVFAIL); };
  world->script = bad;
  ask("www.example.");
  clock.advance(5s);
  ask("www.example.");
  clock.advance(10s);
  world->script = good;
  EXPECT_EQ(parse(ask("www.example.").value()).rcode(), Rcode::NOERROR);
  clock.advance(24h + 30s);  // too old to be served stale
  world->script = bad;
  ask("www.example.");
  clock.advance(5s);
  const auto before = world->asked.size();
  ask("www.example.");
  EXPECT_EQ(world->asked.size(), before + 1);
}

TEST_F(ResolutionTest, EndsAtTheLatestWhenTheQuerysTimeIsOver) {
  world->hold();
  EXPECT_EQ(ask("www.example."), std::nullopt);
  for (int i = 0; i < 4; ++i) {
    clock.advance(1s);
    poll();
  }
  ASSERT_EQ(responses.size(), 1u);
  EXPECT_EQ(parse(responses.front()).rcode(), Rcode::SERVFAIL);
}

TEST_F(ResolutionTest, MayBeStoppedInTheMiddle) {
  world->hold();
  for (int i = 0; i < 3; ++i) start(usual_query("www.example."));
  poll();
  EXPECT_EQ(world->asked.size(), 1u);  // what is suspended is destroyed with the loop: a sanitizer watches
}

TEST_F(ResolutionTest, KeepsWhoseAnswerItWas) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  ASSERT_TRUE(ask("www.example."));
  const auto asked = dns::testing::question("www.example.");
  cache::AnswerCache::Reader reader(cache);
  const cache::AnswerCache::ReadGuard guard(reader);
  const auto entry = guard.peek({asked, false, 0});
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->upstream(), cache::upstream_place(7));
}

}  // namespace
}  // namespace tributary::resolver::testing
