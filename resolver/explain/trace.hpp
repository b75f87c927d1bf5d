#pragma once

#include <functional>
#include <memory>
#include <string>

#include "resolver/explain/explain_request.hpp"
#include "resolver/explain/explanation.hpp"

namespace tributary::explain {

/// The record of how one question is being answered, written by all who have a part in it: nothing is ever
/// taken back. It is handed down with the question (resolver::Query, dnssec::Effort); without one nobody
/// looks further than that the pointer is null.
///
/// Belongs to one worker's thread. The caller supplies the time.
class Trace {
 public:
  Trace(Wish wish, Instant began) : wish_(wish), began_(began) {}

  const Wish& wish() const { return wish_; }

  // ---- Of one name after the other. What follows belongs to the last that was told.

  void asked(const dns::Question& question) { steps_.push_back({question}); }
  void routed(Route route) { last().route = std::move(route); }
  void looked_into_cache(CacheFinding found) { last().cache = std::move(found); }
  void note(std::string sentence) { last().notes.push_back(std::move(sentence)); }
  void answered(Answer answer) { last().answer = std::move(answer); }

  /// The zone's link, made when it is first spoken of. Valid until the next call.
  Link& link(const dns::Name& zone);
  /// Each set once.
  void good_signature(const SignedSet& set);
  Ttl& ttl() { return last().ttl; }
  /// Whether an upstream was asked the last question itself.
  bool asked_somebody() const;
  const Step& step() const { return steps_.back(); }

  // ---- Of each attempt: planned, perhaps sent, ended and settled.

  /// Names an attempt.
  struct Number {
    std::size_t step = 0, attempt = 0;
  };
  Number planned(Attempt attempt);
  /// `why_now` is put before the reason.
  void sent(Number number, std::string_view why_now, Instant now);
  void ended(Number number, std::string outcome, Instant now);
  /// What the reply says, and what that is worth.
  void told(Number number, std::string outcome, std::string_view grade);
  void graded(Number number, std::string_view grade);
  void settled(Number number, Fate fate, std::string why);
  const Attempt& attempt(Number number) const { return steps_[number.step].attempts[number.attempt]; }

  /// No attempt is on its way.
  bool quiet() const { return on_their_way_ == 0; }
  /// `told` is called whenever it becomes quiet; it must not resume anybody. Empty: nobody.
  void when_quiet(std::function<void()> told) { when_quiet_ = std::move(told); }

  /// All that was recorded; what else belongs to an explanation is the caller's to add.
  const std::vector<Step>& steps() const { return steps_; }
  Duration since_began(Instant now) const { return now - began_; }

 private:
  Step& last() { return steps_.back(); }
  Attempt& at(Number number) { return steps_[number.step].attempts[number.attempt]; }

  const Wish wish_;
  const Instant began_;
  std::vector<Step> steps_;
  std::size_t on_their_way_ = 0;
  std::function<void()> when_quiet_;
};

using TracePtr = std::shared_ptr<Trace>;

}  // namespace tributary::explain
