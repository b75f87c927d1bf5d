// Two different replies to one query.

#include "tests/unit/transport/udp_transport_fixture.hpp"

namespace tributary::resolver {
namespace {

class UdpInjectionTest : public UdpTransportTest {
 protected:
  static constexpr auto forged = "www.example. 300 IN A 192.0.2.66";

  UdpInjectionTest() {
    injected_.when_noted([this](const dns::Question& question) { noted_.push_back(question); });
    watched_.injected = &injected_;
    transport_ = std::make_unique<UdpTransport>(watched_, plain_server(), policy::PortMode::fresh);
    transport_->when_injected([this] { ++told_; });
    answer_over_tcp();
  }
  void answer_twice(const Answer& first, const Answer& second) {
    server_->on_udp = [=](const Message& query) {
      return Messages{reply_to(query, first), reply_to(query, second)};
    };
  }
  void settle() {
    for (int round = 0; round < 10; ++round) advance({});
  }
  /// Asks once; whether that made somebody suspicious.
  bool noticed() {
    EXPECT_TRUE(ask(*transport_));
    settle();
    return transport_->counters().injected.get() == 1 && told_ == 1 && noted_.size() == 1;
  }

  InjectedNames injected_;
  WorkerTools watched_ = tools_;
  std::vector<dns::Question> noted_;
  int told_ = 0;
};

TEST_F(UdpInjectionTest, TwoDifferentRepliesAreNoticed) {
  answer_twice({.records = {forged}}, {});
  ASSERT_TRUE(noticed());
  EXPECT_EQ(noted_[0], query_for("www.example.").question);
  EXPECT_TRUE(injected_.suspicious(name("WWW.example."), clock_.now()));
}

TEST_F(UdpInjectionTest, ADenialBesideAnAnswerIsNoticed) {
  answer_twice({.rcode = dns::Rcode::NXDOMAIN, .records = {}}, {});
  EXPECT_TRUE(noticed());
}

TEST_F(UdpInjectionTest, PooledPortsNoticeItToo) {
  transport_ = std::make_unique<UdpTransport>(watched_, plain_server(), policy::PortMode::pool);
  transport_->when_injected([this] { ++told_; });
  answer_twice({.records = {forged}}, {});
  EXPECT_TRUE(noticed());
}

TEST_F(UdpInjectionTest, RepliesThatSayTheSameAreNoInjection) {
  answer_twice(
      {.records = {"www.example. 300 IN A 192.0.2.1", "www.example. 300 IN A 192.0.2.2"}},
      {.edns = false, .records = {"www.example. 17 IN A 192.0.2.2", "www.example. 17 IN A 192.0.2.1"}});
  EXPECT_FALSE(noticed());
  EXPECT_EQ(transport_->counters().injected.get(), 0U);
}

TEST_F(UdpInjectionTest, ARepeatedQueryMayHaveTwoReplies) {
  int queries = 0;
  server_->on_udp = [&](const Message& query) {
    if (++queries == 1) return Messages{};
    return Messages{reply_to(query, {.records = {forged}}), reply_to(query)};
  };
  const auto asked = begin(*transport_, query_for("www.example."));
  settle();
  advance(std::chrono::milliseconds(400));
  ASSERT_TRUE(finish(asked));
  settle();
  EXPECT_EQ(transport_->counters().injected.get(), 0U);
}

TEST_F(UdpInjectionTest, WhoGuessesTheCaseWrongIsNotOnThePath) {
  server_->on_udp = [](const Message& query) {
    return Messages{reply_to(query), in_other_case(reply_to(query, {.records = {forged}}))};
  };
  EXPECT_FALSE(noticed());
  EXPECT_EQ(transport_->counters().injected.get(), 0U);
}

TEST_F(UdpInjectionTest, ASuspiciousNameIsAskedOverTcpForAnHour) {
  answer_twice({.records = {forged}}, {});
  ASSERT_TRUE(noticed());
  EXPECT_TRUE(came_over_tcp(ask(*transport_)));
  EXPECT_EQ(server_->over_udp.size(), 1U);
  EXPECT_TRUE(ask(*transport_, query_for("other.example.")));
  EXPECT_EQ(server_->over_udp.size(), 2U);
  advance(InjectedNames::remembered_for);
  answer_over_udp();
  EXPECT_FALSE(came_over_tcp(ask(*transport_)));
}

// --- An error first (TuDoor) ---

class ErrorFirst : public UdpInjectionTest, public testing::WithParamInterface<dns::Rcode> {
 protected:
  void loses_to_the_reply() {
    const auto reply = ask(*transport_);
    ASSERT_TRUE(reply);
    EXPECT_EQ(rcode_of(reply->message), dns::Rcode::NOERROR);
    EXPECT_EQ(server_->over_udp.size(), 1U);
  }
};

INSTANTIATE_TEST_SUITE_P(All, ErrorFirst,
                         testing::Values(dns::Rcode::FORMERR, dns::Rcode::SERVFAIL, dns::Rcode::NOTIMP,
                                         dns::Rcode::REFUSED),
                         [](const auto& test) { return dns::to_text(test.param); });

TEST_P(ErrorFirst, LosesToTheReplyAndIsNoticed) {
  answer_twice({.rcode = GetParam(), .records = {}}, {});
  loses_to_the_reply();
  EXPECT_EQ(transport_->counters().injected.get(), 1U);
}

TEST_P(ErrorFirst, AndSoDoOnesWithoutQuestion) {
  server_->on_udp = [](const Message& query) {
    return Messages{bare_error_to(query, GetParam()), bare_error_to(query, GetParam()), reply_to(query)};
  };
  loses_to_the_reply();
}

TEST_F(UdpInjectionTest, AnErrorAloneIsTheReplyAfterAsLongAgain) {
  server_->on_udp = [this](const Message& query) {
    clock_.advance(std::chrono::milliseconds(30));
    return Messages{reply_to(query, {.rcode = dns::Rcode::REFUSED, .records = {}})};
  };
  const auto asked = begin(*transport_, query_for("www.example."));
  run_until([this] { return server_->over_udp.size() == 1; });
  settle();
  advance(std::chrono::milliseconds(29));
  EXPECT_FALSE(asked->result);
  advance(std::chrono::milliseconds(1));
  ASSERT_TRUE(asked->result && *asked->result);
  EXPECT_EQ(rcode_of(asked->result->value().message), dns::Rcode::REFUSED);
  EXPECT_EQ(asked->result->value().rtt, std::chrono::milliseconds(30));
  EXPECT_EQ(transport_->counters().injected.get(), 0U);
}

}  // namespace
}  // namespace tributary::resolver
