#include "resolver/strategy/contest_words.hpp"

#include <fmt/format.h>

#include "resolver/strategy/agreement.hpp"

namespace tributary::resolver {
namespace {

std::string cost_of(const Standing& standing) {
  if (standing.typical_rtt == Duration{}) return "not measured of late";
  auto out = "median " + milliseconds(standing.typical_rtt);
  if (standing.penalty > Duration{}) out += ", penalty " + milliseconds(standing.penalty);
  if (standing.in_flight > 0) out += fmt::format(", {} in flight", standing.in_flight);
  if (standing.share < 1) {
    const auto percent = static_cast<unsigned>(100 * standing.share);
    out += fmt::format(", {} % of its usual load", percent);
  }
  return out;
}

/// Why it is not among those that are asked first.
std::string why_last(const Health& health, Instant now) {
  if (health.closed()) return "its replies have failed validation of late";
  const auto ago = now - health.last_failure();
  return fmt::format("its breaker is {}; it failed {} ago", to_text(health.state()), milliseconds(ago));
}

/// Of types whose records nobody reads, how many there are.
std::string data_words(const Statement& statement) {
  switch (statement.type) {
    case dns::Type::DS:
    case dns::Type::DNSKEY:
    case dns::Type::RRSIG:
      return fmt::format("{} {}", statement.data.size(), dns::to_text(statement.type));
    default:
      return to_text(statement);
  }
}

}  // namespace

std::string milliseconds(Duration duration) {
  const auto tenths = std::chrono::duration_cast<std::chrono::microseconds>(duration).count() / 100;
  return fmt::format("{}.{} ms", tenths / 10, tenths % 10);
}

std::string words_for(Pick pick, const Health& health, bool first, Instant now) {
  switch (pick) {
    case Pick::list:
      return first ? "first in the list" : "next in the list";
    case Pick::cost:
      return fmt::format("{} ({})", first ? "least cost" : "next by cost", cost_of(health.standing(now)));
    case Pick::exploring:
      return "to learn how fast it is";
    case Pick::weight:
      return "drawn by weight";
    case Pick::turn:
      return first ? "its turn" : "next in turn";
    case Pick::domain:
      return first ? "the domain is its own" : "next for this domain";
    case Pick::trusted:
      return "the name was forged of late, and nobody on the path can imitate this one";
    case Pick::filling_up:
      return "too few of the group are well (" + why_last(health, now) + ")";
    case Pick::nobody_else:
      return "no breaker of the group is closed (" + why_last(health, now) + ")";
    case Pick::last_resort:
      return "kept for the last (" + why_last(health, now) + ")";
  }
  return {};
}

std::string_view words_for(Grade grade) {
  switch (grade) {
    case Grade::complete:
      return "complete";
    case Grade::negative:
      return "negative";
    case Grade::weak:
      return "weak";
    case Grade::truncated:
      return "truncated";
    case Grade::useless:
      return "useless";
  }
  return {};
}

std::string words_for(const Judgement& judgement) {
  auto out = dns::to_text(judgement.rcode);
  if (judgement.answer) {
    const auto statement = statement_of(*judgement.answer);
    return statement.kind == Statement::Kind::nxdomain ? out : out + ": " + data_words(statement);
  }
  if (judgement.error) {
    out += fmt::format(", EDE {}", static_cast<unsigned>(judgement.error->code));
    return judgement.error->text.empty() ? out : out + ": " + judgement.error->text;
  }
  return judgement.reason == out ? out : out + ": " + judgement.reason;
}

std::string words_for(const Failure& failure) {
  const std::string kind = to_text(failure.kind);
  return failure.detail.empty() ? kind : kind + ": " + failure.detail;
}

std::string words_for(std::optional<Acceptance::Ground> ground, const Acceptance::Rules& rules) {
  using Ground = Acceptance::Ground;
  if (!ground) return "the best there was when time was up";
  switch (*ground) {
    case Ground::proven:
      return "its signatures are good: nothing better can come";
    case Ground::complete:
      return "the first complete reply";
    case Ground::seconded:
      return "another operator says the same";
    case Ground::last_to_come:
      return "the best, and nothing else was awaited";
    case Ground::hold_over:
      return fmt::format("held for {}, and nothing better came",
                         milliseconds(rules.uniform ? Acceptance::hold_uniform : Acceptance::hold_distinct));
    case Ground::quorum:
      return fmt::format("{} operators agree", rules.quorum);
  }
  return {};
}

std::string why_lost(const Judgement& loser, const Candidate* winner, const Acceptance* acceptance) {
  if (loser.bogus) return "bogus: " + loser.reason;
  if (loser.undecided) return "could not be validated: " + loser.reason;
  if (loser.grade == Grade::truncated) return "cut short: no answer";
  if (!loser.answer) return "an error is no answer";
  const bool checked = loser.validated || loser.answer->security() != cache::Security::unchecked;
  if (acceptance != nullptr && acceptance->bogus_claim() != nullptr && !checked)
    return "not validated, while another upstream says that the name is bogus";
  const auto quorum = acceptance != nullptr ? acceptance->rules().quorum : 0;
  if (winner == nullptr && quorum != 0) return fmt::format("no {} operators agree with it", quorum);
  if (winner == nullptr) return "nothing has won";
  if (loser.grade > winner->judgement.grade)
    return fmt::format("{}, where the winner is {}", words_for(loser.grade),
                       words_for(winner->judgement.grade));
  const bool same = agree(statement_of(*winner->judgement.answer), statement_of(*loser.answer));
  return same ? "says the same as the winner" : "contradicts the winner";
}

}  // namespace tributary::resolver
