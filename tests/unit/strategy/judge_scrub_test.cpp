// What of a reply gets into the answer: what belongs to the question, in order, and nothing else.

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/strategy/replies.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using dns::Type;
using testing::answer_of;
using testing::authority_of;
using testing::Lines;
using testing::normal;
using testing::query;
using testing::reply;
using testing::Sections;

const Instant now = Instant(1h);
Judge judge({86400s, 3600s});

std::string signature(const std::string& owner, const std::string& type,
                      const std::string& signer = "example.") {
  return owner + " 300 IN RRSIG " + type + " 8 2 300 20400101000000 20200101000000 1 " + signer + " AAAA";
}

const std::string soa = "example. 60 IN SOA ns.example. admin.example. 1 7200 900 86400 60";
const std::string address = "www.example. 300 IN A 192.0.2.1";
const std::string nsec = "www.example. 60 IN NSEC z.example. A RRSIG NSEC";

Judgement judged(const Query& asked, Rcode rcode, const Sections& sections) {
  return judge.judge(asked, reply(asked, rcode, sections), now);
}

/// A chain n0.example. → n1.example. → … with `links` CNAMEs, and an address at its end.
Lines chain(std::size_t links) {
  Lines out;
  const auto node = [](std::size_t i) { return "n" + std::to_string(i) + ".example."; };
  for (std::size_t i = 0; i < links; ++i) out.push_back(node(i) + " 300 IN CNAME " + node(i + 1));
  out.push_back(node(links) + " 300 IN A 192.0.2.1");
  return out;
}

TEST(Scrubbing, LeavesOthersBehind) {
  const auto judgement =
      judged(query("www.example."), Rcode::NOERROR,
             {{"mail.example. 300 IN A 192.0.2.66", address, "www.example. 300 IN AAAA 2001:db8::1",
               "www.bank.test. 300 IN A 192.0.2.66", "sub.www.example. 300 IN A 192.0.2.66",
               "www.example. 300 CH A 192.0.2.66"},
              {"example. 300 IN NS ns.evil.test.", "test. 300 IN NS ns.evil.test.", soa},
              {"ns.evil.test. 300 IN A 192.0.2.66", address}});
  EXPECT_EQ(answer_of(judgement.answer), normal({address}));
  EXPECT_EQ(authority_of(judgement.answer), Lines{});
  EXPECT_TRUE(testing::records_of(judgement.answer).additional.empty());
}

TEST(Scrubbing, KeepsOnlyTheSoaAndTheProofOfADenial) {
  const auto judgement = judged(query("www.example."), Rcode::NXDOMAIN,
                                {{"mail.example. 300 IN A 192.0.2.66"},
                                 {"test. 60 IN SOA a. b. 1 2 3 4 5", "example. 300 IN NS ns.evil.test.", soa,
                                  nsec, signature("example.", "SOA"), "example. 60 IN SOA a. b. 1 2 3 4 5"},
                                 {"ns.evil.test. 300 IN A 192.0.2.66"}});
  EXPECT_EQ(answer_of(judgement.answer), Lines{});
  EXPECT_EQ(authority_of(judgement.answer), normal({soa, nsec, signature("example.", "SOA")}));
}

TEST(Scrubbing, WritesTheHeaderAnew) {
  auto header = testing::header_of(Rcode::NOERROR);
  header.id = 4711;
  header.authentic_data = header.recursion_available = true;
  const auto www = query("WWW.example.");
  const auto judgement = judge.judge(www, reply(www, header, {{address}, {}, {}}), now);
  const auto view = dns::MessageView::parse(judgement.answer->message()).value();
  dns::Header expected;
  expected.response = true;
  EXPECT_EQ(view.header(), expected);
  EXPECT_EQ(view.question(), www.question);
  EXPECT_FALSE(view.edns());
}

TEST(Scrubbing, PutsAChainInOrder) {
  const Lines in_order{"www.example. 300 IN CNAME a.example.", "a.example. 300 IN CNAME b.test.",
                       "b.test. 300 IN A 192.0.2.1", "b.test. 300 IN A 192.0.2.2"};
  Lines shuffled{in_order[2], in_order[1], in_order[3], in_order[0]};
  const auto judgement = judged(query("www.example."), Rcode::NOERROR, {shuffled, {}, {}});
  EXPECT_EQ(judgement.grade, Grade::complete);
  EXPECT_EQ(answer_of(judgement.answer), normal(in_order));
}

TEST(Scrubbing, TakesOneCnameOfAName) {
  const Lines one{"www.example. 300 IN CNAME a.example.", "a.example. 300 IN A 192.0.2.1"};
  for (const std::string& more : {std::string("www.example. 300 IN CNAME b.example."), one[0]}) {
    const auto judgement = judged(query("www.example."), Rcode::NOERROR, {{one[0], more, one[1]}, {}, {}});
    EXPECT_EQ(answer_of(judgement.answer), normal(one)) << more;
  }
}

TEST(Scrubbing, AnswersAQuestionForTheCnameItself) {
  const Lines alias{"www.example. 300 IN CNAME a.example."};
  const auto judgement = judged(query("www.example.", Type::CNAME), Rcode::NOERROR,
                                {{alias[0], "a.example. 300 IN A 192.0.2.1"}, {}, {}});
  EXPECT_EQ(judgement.grade, Grade::complete);
  EXPECT_EQ(answer_of(judgement.answer), normal(alias));
}

TEST(Scrubbing, FollowsElevenLinksAndNoMore) {
  const auto eleven = judged(query("n0.example."), Rcode::NOERROR, {chain(11), {}, {}});
  EXPECT_EQ(eleven.grade, Grade::complete);
  EXPECT_EQ(answer_of(eleven.answer), normal(chain(11)));
  EXPECT_EQ(judged(query("n0.example."), Rcode::NOERROR, {chain(12), {}, {}}).grade, Grade::useless);
}

TEST(Scrubbing, KeepsTheDnameThatMadeTheCname) {
  const Lines redirected{"example. 300 IN DNAME test.", "www.example. 300 IN CNAME www.test.",
                         "www.test. 300 IN A 192.0.2.1"};
  const auto judgement = judged(query("www.example."), Rcode::NOERROR, {redirected, {}, {}});
  EXPECT_EQ(judgement.grade, Grade::complete);
  EXPECT_EQ(answer_of(judgement.answer), normal(redirected));
}

TEST(Scrubbing, LeavesDnamesOfOthersBehind) {
  const Lines belonging{"www.example. 300 IN CNAME www.test.", "www.test. 300 IN A 192.0.2.1"};
  for (const auto* dname :
       {"other.example. 300 IN DNAME test.", "www.example. 300 IN DNAME test.", ". 300 IN DNAME evil.",
        "example. 300 IN DNAME evil.", "example. 300 CH DNAME test."}) {
    const auto judgement =
        judged(query("www.example."), Rcode::NOERROR, {{dname, belonging[0], belonging[1]}, {}, {}});
    EXPECT_EQ(answer_of(judgement.answer), normal(belonging)) << dname;
  }
}

TEST(Scrubbing, FindsTheRightOneAmongDnames) {
  const Lines belonging{"b.example. 300 IN DNAME test.", "a.b.example. 300 IN CNAME a.test.",
                        "a.test. 300 IN A 192.0.2.1"};
  const auto judgement = judged(query("a.b.example."), Rcode::NOERROR,
                                {{"example. 300 IN DNAME evil.", "b.example. 300 IN DNAME evil.",
                                  belonging[0], belonging[1], belonging[2]},
                                 {},
                                 {}});
  EXPECT_EQ(answer_of(judgement.answer), normal(belonging));
}

TEST(Scrubbing, WritesADnameOnceThoughTheChainPassesItTwice) {
  const Lines belonging{"example. 300 IN DNAME test.", "www.example. 300 IN CNAME www.test.",
                        "www.test. 300 IN CNAME ftp.example.", "ftp.example. 300 IN CNAME ftp.test.",
                        "ftp.test. 300 IN A 192.0.2.1"};
  const auto judgement = judged(query("www.example."), Rcode::NOERROR, {belonging, {}, {}});
  EXPECT_EQ(answer_of(judgement.answer), normal(belonging));
}

TEST(Scrubbing, KeepsSignaturesOfWhatItKeeps) {
  const Sections signed_answer{{address, signature("www.example.", "A"), signature("www.example.", "AAAA"),
                                signature("mail.example.", "A"), nsec},
                               {nsec, signature("www.example.", "NSEC"), soa, signature("example.", "SOA"),
                                "example. 300 IN NS ns.example.", signature("example.", "NS")},
                               {}};
  const auto full = judged(query("www.example."), Rcode::NOERROR, signed_answer);
  EXPECT_EQ(answer_of(full.answer), normal({address, signature("www.example.", "A")}));
  EXPECT_EQ(authority_of(full.answer), normal({nsec, signature("www.example.", "NSEC")}));
}

TEST(Scrubbing, KeepsSignaturesOfEveryLinkBehindTheChain) {
  const Lines chain{"example. 300 IN DNAME test.", "www.example. 300 IN CNAME www.test.",
                    "www.test. 300 IN CNAME a.test.", "a.test. 300 IN A 192.0.2.1"};
  const Lines signatures{signature("example.", "DNAME"), signature("www.test.", "CNAME", "test."),
                         signature("a.test.", "A", "test.")};
  const Lines sent{chain[0], signatures[0], chain[1], chain[2], signatures[1], chain[3], signatures[2]};
  Lines expected = chain;
  expected.insert(expected.end(), signatures.begin(), signatures.end());
  const auto judgement = judged(query("www.example."), Rcode::NOERROR, {sent, {}, {}});
  EXPECT_EQ(answer_of(judgement.answer), normal(expected));
}

/// RFC 4035 §5.3.1: a zone can sign only what lies in it.
TEST(Scrubbing, EndsTheChainBeforeWhatAnotherZoneSigned) {
  const Lines sent{"www.example. 300 IN CNAME a.test.", signature("www.example.", "CNAME"),
                   "a.test. 300 IN A 192.0.2.1", signature("a.test.", "A", "example.")};
  const auto judgement = judged(query("www.example."), Rcode::NOERROR, {sent, {}, {}});
  EXPECT_EQ(judgement.grade, Grade::weak);
  EXPECT_EQ(answer_of(judgement.answer), normal({sent[0], sent[1]}));
  ASSERT_TRUE(judgement.answer->continues_at());
  EXPECT_EQ(judgement.answer->continues_at()->to_text(), "a.test.");
}

TEST(Scrubbing, EndsTheChainBeforeAnAliasThatAnotherZoneSigned) {
  const Lines sent{"www.example. 300 IN CNAME a.test.", "a.test. 300 IN CNAME b.test.",
                   signature("a.test.", "CNAME", "example."), "b.test. 300 IN A 192.0.2.1"};
  const auto judgement = judged(query("www.example."), Rcode::NOERROR, {sent, {}, {}});
  EXPECT_EQ(answer_of(judgement.answer), normal({sent[0]}));
}

TEST(Scrubbing, KeepsTheProofOfADenial) {
  const Lines proof{soa, signature("example.", "SOA"), nsec, signature("www.example.", "NSEC")};
  const Sections denial{{}, {proof[0], proof[1], proof[2], proof[3], "example. 60 IN NS ns.example."}, {}};
  const auto full = judged(query("x.example."), Rcode::NXDOMAIN, denial);
  EXPECT_EQ(full.grade, Grade::negative);
  EXPECT_EQ(authority_of(full.answer), normal(proof));
}

/// A CNAME made from a wildcard is bogus without the proof that nothing closer exists (RFC 4035 §3.1.3.3).
TEST(Scrubbing, KeepsTheProofOfAWildcardCnameWithoutItsTarget) {
  const Lines alias{"x.example. 300 IN CNAME a.test.", signature("x.example.", "CNAME")};
  const Lines proof{nsec, signature("www.example.", "NSEC")};
  const auto judgement = judged(query("x.example."), Rcode::NOERROR, {alias, proof, {}});
  EXPECT_EQ(judgement.grade, Grade::weak);
  EXPECT_EQ(answer_of(judgement.answer), normal(alias));
  EXPECT_EQ(authority_of(judgement.answer), normal(proof));
}

TEST(Scrubbing, AnswersQuestionsForDnssecTypes) {
  for (const auto& line : {signature("www.example.", "A"), nsec}) {
    const auto type = testing::record(line).type;
    const auto judgement = judged(query("www.example.", type), Rcode::NOERROR, {{line, address}, {}, {}});
    EXPECT_EQ(judgement.grade, Grade::complete) << line;
    EXPECT_EQ(answer_of(judgement.answer), normal({line})) << line;
  }
}

TEST(Scrubbing, TakesThousandsOfRecords) {
  Lines many;
  for (int i = 0; i < 4000; ++i)
    many.push_back("www.example. 300 IN A 10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  const auto judgement = judged(query("www.example."), Rcode::NOERROR, {many, {}, {}});
  EXPECT_EQ(answer_of(judgement.answer), normal(many));
}

TEST(Scrubbing, PassesThousandsOfRecordsOfOthers) {
  Lines many;
  for (int i = 0; i < 2500; ++i)
    many.push_back("n" + std::to_string(i) + ".example. 300 IN CNAME m.example.");
  const auto judgement = judged(query("www.example."), Rcode::NOERROR, {many, {soa}, {}});
  EXPECT_EQ(judgement.grade, Grade::negative);
  EXPECT_EQ(answer_of(judgement.answer), Lines{});
}

/// Names in SRV records may be compressed by a sender, but not by us (RFC 3597 §4): the answer outgrows the
/// reply.
TEST(Scrubbing, AnAnswerLargerThanAMessageIsUseless) {
  const auto srv = query("s.example.", Type::SRV);
  const std::string label(63, 'a');
  const auto target = testing::name(label + "." + label + "." + label + ".s.example.").wire();
  dns::MessageBuilder builder(testing::header_of(Rcode::NOERROR));
  builder.question(srv.question);
  ASSERT_TRUE(
      builder.record(dns::Section::answer, {testing::name(label + "." + label + "." + label + ".s.example."),
                                            Type::A,
                                            dns::Class::IN,
                                            300,
                                            {192, 0, 2, 1}}));
  auto message = builder.take();
  const std::size_t target_at = dns::header_size + srv.question.name.wire().size() + 4;
  ASSERT_EQ(message[target_at], 63);
  const std::vector<std::uint8_t> pointed{0xC0,
                                          12,
                                          0,
                                          33,
                                          0,
                                          1,
                                          0,
                                          0,
                                          1,
                                          44,
                                          0,
                                          8,
                                          0,
                                          0,
                                          0,
                                          0,
                                          0,
                                          53,
                                          static_cast<std::uint8_t>(0xC0 | target_at >> 8),
                                          static_cast<std::uint8_t>(target_at)};
  const std::size_t count = 65535 / target.size() + 1;
  for (std::size_t i = 0; i < count; ++i) message.insert(message.end(), pointed.begin(), pointed.end());
  message[6] = static_cast<std::uint8_t>((count + 1) >> 8);
  message[7] = static_cast<std::uint8_t>(count + 1);
  Reply expanding;
  expanding.message = std::move(message);
  const auto judgement = judge.judge(srv, expanding, now);
  EXPECT_EQ(judgement.grade, Grade::useless);
  EXPECT_EQ(judgement.reason, "larger than a message can be");
}

}  // namespace
}  // namespace tributary::resolver
