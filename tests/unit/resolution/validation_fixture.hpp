#pragma once

#include <gtest/gtest.h>

#include <functional>

#include <asio/io_context.hpp>

#include "resolver/answer_validation.hpp"
#include "tests/support/dnssec/signing.hpp"
#include "tests/support/ended_task.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/unit/strategy/replies.hpp"

namespace tributary::resolver {

constexpr std::int64_t today = 1'800'000'000;
constexpr std::int64_t day = 86'400;

/// Knows what the test tells it. Otherwise all that is needed is known: to be asked is a failure.
class ScriptedLinks final : public dnssec::LinkSource {
 public:
  std::function<cache::AnswerPtr(const dns::Question&)> script = [](const dns::Question& question) {
    ADD_FAILURE() << "asked for " << question.name.to_text() << ' ' << dns::to_text(question.type);
    return nullptr;
  };

  Task<cache::AnswerPtr> ask_link(dns::Question question, dnssec::EffortPtr) override {
    co_return script(question);
  }
};

/// One zone, "example.", which is a trust anchor and whose keys are known; replies for www.example. A.

class ValidationTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t limit = 3600, negative_limit = 900;

  ValidationTest() {
    auto keys = std::make_shared<dnssec::ZoneKeys>();
    keys->zone = testing::name("example.");
    const auto rdata = key.dnskey();
    keys->keys.push_back(dnssec::PublicKey::read(dnssec::Dnskey::read(rdata).value()).value());
    trust.known.keys.store(keys->zone, {dnssec::KeyStanding::Kind::secure, keys, {}}, Instant::max(),
                           trust.known.keys.generation());
    use_clock(dnssec::ClockState::synced);
  }

  void use_clock(dnssec::ClockState state) {
    const auto offset = std::chrono::seconds(today) - clock.now().time_since_epoch();
    wall_clock.publish({state, state != dnssec::ClockState::bad, 1, offset});
  }

  /// What an upstream makes of the set in `line`, which was signed with its TTL: all of it with the TTL
  /// `told`.
  std::vector<dns::Record> as_told(std::string_view line, std::uint32_t told, std::int64_t expires_in) const {
    auto set = test::rrset({line});
    test::sign(set, key,
               {.signer = testing::name("example."),
                .inception = static_cast<std::uint32_t>(today - 20 * day),
                .expiration = static_cast<std::uint32_t>(today + expires_in)});
    set.ttl = told;
    return test::records_of(set);
  }

  Judgement validated(Reply reply) {
    auto judged = judge.judge(asked, reply, clock.now());
    if (!judged.answer) throw std::runtime_error(judged.reason);
    const auto effort = dnssec::begin_effort(asked.question, Deadline(Instant::max()));
    const auto ended = start_task(nursery, validation.validate(std::move(judged), effort));
    return std::move(ended->result.value());
  }

  /// Replies with these records, to the question for www.example. A.
  Reply reply(const std::vector<dns::Record>& answer, const std::vector<dns::Record>& authority = {}) const {
    dns::Header header;
    header.response = true;
    dns::MessageBuilder builder(header);
    builder.question(asked.question);
    for (const auto& record : answer) EXPECT_TRUE(builder.record(dns::Section::answer, record));
    for (const auto& record : authority) EXPECT_TRUE(builder.record(dns::Section::authority, record));
    Reply out;
    out.message = builder.take();
    return out;
  }

  const test::TestKey key{dnssec::Algorithm::ED25519};
  const Query asked{testing::query("www.example.").question, false, true};
  ManualClock clock;
  Nursery nursery;
  dnssec::SharedClockState wall_clock;
  Trust trust{dnssec::TrustAnchors({{testing::name("example."), dns::Type::DS, dns::Class::IN, 0,
                                     key.ds(testing::name("example."))}},
                                   {}),
              {},
              {},
              wall_clock};
  ScriptedLinks links;
  Judge judge{{std::chrono::seconds(limit), std::chrono::seconds(negative_limit)}};
  ValidationCounters counters;
  asio::io_context loop;
  SystemRandom random;
  Timers timers{loop.get_executor(), clock};
  const WorkerTools tools{loop.get_executor(), clock, random, timers, nursery};
  AnswerValidation validation{trust, links, judge, tools, nullptr, counters};
};

}  // namespace tributary::resolver
