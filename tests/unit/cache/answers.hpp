#pragma once

#include <string>

#include "resolver/strategy/judge.hpp"
#include "tests/unit/dns/reply_message.hpp"

namespace tributary::cache::testing {

inline AnswerPtr judged(const dns::Question& asked, std::vector<std::uint8_t> message, Instant now,
                        resolver::Channel channel) {
  resolver::Reply reply;
  reply.message = std::move(message);
  reply.channel = channel;
  resolver::Judge judge({std::chrono::hours(24), std::chrono::hours(1)});
  return judge.judge({asked, false}, reply, now).answer;
}

/// One A record at the name asked for.
inline AnswerPtr positive(const dns::Question& asked, std::uint32_t ttl, Instant now,
                          resolver::Channel channel = resolver::Channel::clear) {
  const auto line = asked.name.to_text() + " " + std::to_string(ttl) + " IN A 192.0.2.1";
  return judged(asked, dns::testing::reply_message(asked, dns::Rcode::NOERROR, {line}), now, channel);
}

/// The same with a signature.
inline AnswerPtr signed_positive(const dns::Question& asked, std::uint32_t ttl, Instant now) {
  const auto owner = asked.name.to_text() + " " + std::to_string(ttl) + " IN ";
  const auto address = owner + "A 192.0.2.1";
  const auto signature = owner + "RRSIG A 8 2 300 20400101000000 20200101000000 1 example. AAAA";
  return judged(asked, dns::testing::reply_message(asked, dns::Rcode::NOERROR, {address, signature}), now,
                resolver::Channel::clear);
}

/// NXDOMAIN, with the SOA of the root.
inline AnswerPtr negative(const dns::Question& asked, std::uint32_t ttl, Instant now) {
  const auto line = ". " + std::to_string(ttl) + " IN SOA ns. host. 1 7200 3600 1209600 86400";
  return judged(asked, dns::testing::reply_message(asked, dns::Rcode::NXDOMAIN, {}, {line}), now,
                resolver::Channel::clear);
}

/// A CNAME without its target.
inline AnswerPtr incomplete(const dns::Question& asked, std::uint32_t ttl, Instant now) {
  const auto line = asked.name.to_text() + " " + std::to_string(ttl) + " IN CNAME elsewhere.test.";
  return judged(asked, dns::testing::reply_message(asked, dns::Rcode::NOERROR, {line}), now,
                resolver::Channel::clear);
}

inline AnswerPtr failure(const dns::Question& asked, unsigned failures_before, Instant now) {
  return resolver::Judge::failure(asked, {}, failures_before, now);
}

}  // namespace tributary::cache::testing
