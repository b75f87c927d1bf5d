#pragma once

#include <cstddef>
#include <string>

#include "cache/answer_cache.hpp"
#include "dns/message_builder.hpp"
#include "resolver/strategy/judge.hpp"

/// Keys, and answers of one A record for them, as benchmarks of the cache need them. All take up equal space.
namespace tributary::bench {

inline constexpr Instant now{std::chrono::hours(1)};
inline constexpr std::size_t most_names = 90'000'000;

/// Requires: number < most_names.
inline dns::Question question(std::size_t number) {
  const auto text = "n" + std::to_string(10'000'000 + number) + ".bench.corp.";
  return {*dns::Name::parse(text), dns::Type::A, dns::Class::IN};
}

inline cache::Key key(std::size_t number) {
  return {question(number), false, 0};
}

inline cache::AnswerPtr answer(const dns::Question& asked) {
  dns::MessageBuilder builder({.response = true});
  builder.question(asked);
  static_cast<void>(
      builder.record(dns::Section::answer, {asked.name, dns::Type::A, dns::Class::IN, 3600, {192, 0, 2, 1}}));
  resolver::Reply reply;
  reply.message = builder.take();
  return resolver::Judge({std::chrono::hours(24), std::chrono::hours(1)})
      .judge({asked, false}, reply, now)
      .answer;
}

inline cache::AnswerPtr answer(std::size_t number) {
  return answer(question(number));
}

}  // namespace tributary::bench
