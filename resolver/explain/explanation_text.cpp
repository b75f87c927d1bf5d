// What came of it first, then how that came about: the rule and the cache, who was asked when, the chain of
// trust, the TTL.

#include "resolver/explain/explanation_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/explain/explanation_words.hpp"
#include "resolver/explain/time_line.hpp"

namespace tributary::explain {
namespace {

constexpr std::size_t width = 100, label_width = 9;

using Lines = std::vector<std::string>;

/// Appends `text` to `out`, broken between words, each line after the first indented by `indent`. The first
/// goes on at the end of `out`, at the column `indent`.
void append_wrapped(std::string& out, std::string_view text, std::size_t indent) {
  std::size_t column = indent;
  while (!text.empty()) {
    const auto word = text.substr(0, std::min(text.find(' ', 1), text.size()));
    text.remove_prefix(word.size());
    if (column > indent && column + columns(word) > width) {
      out += "\n" + std::string(indent, ' ');
      out += word.substr(word.front() == ' ' ? 1 : 0);
      column = indent + columns(word) - 1;
    } else {
      out += word;
      column += columns(word);
    }
  }
  out += "\n";
}

/// "Label    first line" and the others below the first.
void append_field(std::string& out, std::string_view label, const Lines& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += fitted(i == 0 ? label : "", label_width);
    append_wrapped(out, harmless(lines[i]), label_width);
  }
}

std::string_view words_for_source(std::string_view source) {
  if (source == "cache") return "from the cache";
  if (source == "upstream") return "from an upstream";
  if (source == "stale") return "from the cache although it has expired";
  if (source == "local") return "from ourselves";
  if (source == "policy") return "by our own rules";
  return "nobody had an answer";
}

std::string line_of(const Answer& answer) {
  const auto rcode = dns::to_text(answer.rcode);
  if (answer.security == "bogus") return rcode + ": what came is bogus";
  if (answer.security == "indeterminate") return rcode + ": the chain of trust could not be had";
  auto out = fmt::format("{}, {}", rcode, words_for_source(answer.source));
  return answer.security == "unchecked" ? out : fmt::format("{}, {}", out, answer.security);
}

std::string line_of(const dns::ExtendedErrorOption& error) {
  auto out = fmt::format("EDE {}", static_cast<unsigned>(error.code));
  if (const auto name = words_for(error.code); !name.empty()) out += fmt::format(" ({})", name);
  return error.text.empty() ? out : out + ": " + error.text;
}

Lines lines_of(const Answer& answer) {
  Lines lines{line_of(answer)};
  for (const auto& record : answer.records) lines.push_back(record);
  if (answer.error) lines.push_back(line_of(*answer.error));
  return lines;
}

Lines lines_of(const Route& route) {
  Lines lines{route.rule};
  if (!route.group.empty())
    lines.push_back(fmt::format("group {}, strategy {}, {}", route.group, route.strategy,
                                route.validate ? "validated" : "not validated"));
  return lines;
}

std::string line_of(const CacheFinding& found) {
  using State = CacheFinding::State;
  std::string out = found.skipped ? "not used, as was asked for: " : "";
  if (found.state == State::absent) return out + "it had nothing";
  if (found.state == State::fresh) out += fmt::format("fresh for {} s more", found.ttl);
  if (found.state == State::stale) out += "expired, but not too long ago to be served stale";
  if (found.state == State::expired) out += "expired";
  out += fmt::format(", {} s old, rank {}", found.age, found.rank);
  return found.upstream.empty() ? out : out + ", from " + found.upstream;
}

std::string line_of(const Ttl& ttl) {
  std::string out = ttl.received ? fmt::format("{} s", *ttl.received) : "";
  for (const auto& cut : ttl.cuts)
    out += fmt::format("{}{} s ({})", out.empty() ? "" : " → ", cut.to, cut.why);
  return out.empty() || ttl.given ? out : out + ", given to nobody";
}

std::string tags_of(const std::vector<KeyName>& keys) {
  std::string out;
  for (const auto& key : keys)
    out += fmt::format("{}{}{}", out.empty() ? "" : ", ", key.tag, key.sep ? " (SEP)" : "");
  return out;
}

std::string words_of(const Link& link, bool first) {
  std::string out;
  if (!link.ds.empty()) out += fmt::format("{} {}", first ? "trust anchor" : "DS", tags_of(link.ds));
  if (!link.keys.empty()) out += fmt::format("{}key {}", out.empty() ? "" : " → ", tags_of(link.keys));
  if (link.signed_by) out += fmt::format(", signed by {}", *link.signed_by);
  if (link.why.empty()) return out;
  return out.empty() ? link.why : out + ": " + link.why;
}

Lines chain_lines(const Step& step) {
  std::size_t widest = 0;
  for (const auto& link : step.chain) widest = std::max(widest, columns(link.zone.to_text()));
  widest = std::min<std::size_t>(widest, 40);
  Lines lines;
  for (const auto& link : step.chain)
    lines.push_back(fmt::format("{}  {:13}  {}", fitted(link.zone.to_text(), widest), link.status,
                                words_of(link, &link == &step.chain.front())));
  for (const auto& set : step.signatures)
    lines.push_back(fmt::format("{} {}: signed by key {} of {}", set.owner.to_text(), dns::to_text(set.type),
                                set.key_tag, set.zone.to_text()));
  return lines;
}

void append_step(std::string& out, const Step& step) {
  if (step.route) append_field(out, "Route", lines_of(*step.route));
  if (step.cache) append_field(out, "Cache", {line_of(*step.cache)});
  append_field(out, "Note", step.notes);
  if (const auto ttl = line_of(step.ttl); !ttl.empty()) append_field(out, "TTL", {ttl});
  append_field(out, "Chain", chain_lines(step));
}

std::string times_of(const Attempt& attempt) {
  if (!attempt.sent) return "";
  const auto from = milliseconds_text(*attempt.sent);
  if (!attempt.ended) return ", from " + from + " on";
  return fmt::format(", {} to {}", from, milliseconds_text(*attempt.ended));
}

/// What stands under an attempt's first line.
void append_detail(std::string& out, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  out += "     " + fitted(label, 7);
  append_wrapped(out, harmless(text), 12);
}

/// It is asked for to prove another answer.
bool is_link(const Attempt& attempt, const Explanation& explanation) {
  return std::ranges::none_of(explanation.steps,
                              [&](const Step& step) { return step.question == attempt.question; });
}

void append_attempt(std::string& out, std::size_t number, const Attempt& attempt, bool briefly) {
  out += fmt::format("{:3}  ", number);
  append_wrapped(out,
                 harmless(fmt::format("{}: {}{}{}, {}", to_text(attempt.fate), attempt.upstream,
                                      attempt.over.empty() ? "" : " over " + attempt.over, times_of(attempt),
                                      to_text(attempt.question))),
                 5);
  if (briefly) return;
  append_detail(out, "asked", attempt.reason);
  append_detail(out, "came",
                attempt.grade.empty() ? attempt.outcome : attempt.outcome + " (" + attempt.grade + ")");
  append_detail(out, "so", attempt.why);
}

/// Links that came as they should need few words.
void append_attempts(std::string& out, const Explanation& explanation) {
  const auto attempts = in_order(explanation);
  if (attempts.empty()) return;
  out += "\nTime line\n";
  for (const auto& line : time_line(explanation, width)) out += harmless(line) + "\n";
  out += "\nAttempts\n";
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    const auto& attempt = *attempts[i];
    const bool link = is_link(attempt, explanation);
    if (link && !attempt.sent) continue;
    append_attempt(out, i + 1, attempt, link && attempt.fate == Fate::won);
  }
}

}  // namespace

std::string to_text(const Explanation& explanation) {
  const auto& first = explanation.steps.front();
  std::string out;
  append_wrapped(out,
                 fmt::format("{}, asked {}, answered after {}", to_text(first.question),
                             date_text(explanation.asked_at), milliseconds_text(explanation.answered)),
                 0);
  out += "\n";
  append_field(out, "Answer", lines_of(explanation.answer));
  append_step(out, first);
  for (std::size_t i = 1; i < explanation.steps.size(); ++i) {
    const auto& step = explanation.steps[i];
    append_field(out, "Then", {"a CNAME leads to " + to_text(step.question)});
    append_field(out, "Answer", lines_of(step.answer));
    append_step(out, step);
  }
  if (explanation.clock) append_field(out, "Clock", {std::string(*explanation.clock)});
  append_attempts(out, explanation);
  return out;
}

}  // namespace tributary::explain
