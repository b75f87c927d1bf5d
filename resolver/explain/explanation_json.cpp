#include "resolver/explain/explanation_json.hpp"

#include <nlohmann/json.hpp>

#include "resolver/explain/explanation_words.hpp"

namespace tributary::explain {
namespace {

using Json = nlohmann::ordered_json;

/// Microseconds are the least that is told.
double milliseconds(Duration duration) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(duration).count()) / 1000;
}

template <typename Value>
Json list_of(const std::vector<Value>& values, Json (*json)(const Value&)) {
  Json out = Json::array();
  for (const auto& value : values) out.push_back(json(value));
  return out;
}

void put(Json& object, const char* key, std::string_view text) {
  if (!text.empty()) object[key] = text;
}

Json json_of(const Route& route) {
  Json out{{"suffix", route.suffix.to_text()}};
  put(out, "group", route.group);
  put(out, "strategy", route.strategy);
  out["rule"] = route.rule;
  out["validate"] = route.validate;
  return out;
}

Json json_of(const CacheFinding& found) {
  Json out{{"state", to_text(found.state)}};
  if (found.skipped) out["skipped"] = true;
  if (found.state == CacheFinding::State::absent) return out;
  out["age_seconds"] = found.age;
  out["ttl_seconds"] = found.ttl;
  put(out, "rank", found.rank);
  put(out, "upstream", found.upstream);
  return out;
}

Json json_of(const Attempt& attempt) {
  Json out{{"upstream", attempt.upstream}};
  put(out, "over", attempt.over);
  out["question"] = to_text(attempt.question);
  if (attempt.sent) out["sent_ms"] = milliseconds(*attempt.sent);
  if (attempt.ended) out["ended_ms"] = milliseconds(*attempt.ended);
  put(out, "reason", attempt.reason);
  put(out, "outcome", attempt.outcome);
  put(out, "grade", attempt.grade);
  out["fate"] = to_text(attempt.fate);
  put(out, "why", attempt.why);
  return out;
}

Json json_of(const KeyName& key) {
  return {{"tag", key.tag}, {"algorithm", key.algorithm}, {"sep", key.sep}};
}

Json ds_json(const KeyName& ds) {
  return {{"tag", ds.tag}, {"algorithm", ds.algorithm}};
}

Json json_of(const Link& link) {
  Json out{{"zone", link.zone.to_text()}, {"status", link.status}};
  out["ds"] = list_of(link.ds, ds_json);
  out["keys"] = list_of(link.keys, json_of);
  if (link.signed_by) out["signed_by"] = *link.signed_by;
  put(out, "why", link.why);
  return out;
}

Json json_of(const SignedSet& set) {
  return {{"set", to_text(dns::Question{set.owner, set.type})},
          {"zone", set.zone.to_text()},
          {"key", set.key_tag}};
}

Json json_of(const Ttl::Cut& cut) {
  return {{"to", cut.to}, {"why", cut.why}};
}

Json json_of(const Ttl& ttl) {
  Json out = Json::object();
  if (ttl.received) out["received"] = *ttl.received;
  if (ttl.given) out["given"] = *ttl.given;
  out["cuts"] = list_of(ttl.cuts, json_of);
  return out;
}

Json json_of(const Answer& answer) {
  Json out{{"rcode", dns::to_text(answer.rcode)},
           {"records", answer.records},
           {"security", answer.security},
           {"source", answer.source},
           {"ede", Json::array()}};
  if (answer.error)
    out["ede"].push_back({{"code", static_cast<unsigned>(answer.error->code)}, {"text", answer.error->text}});
  return out;
}

/// Adds what is told of each name.
void put_step(Json& out, const Step& step) {
  if (step.route) out["route"] = json_of(*step.route);
  if (step.cache) out["cache"] = json_of(*step.cache);
  out["attempts"] = list_of(step.attempts, json_of);
  out["chain"] = list_of(step.chain, json_of);
  out["signatures"] = list_of(step.signatures, json_of);
  out["ttl"] = json_of(step.ttl);
  out["notes"] = step.notes;
}

Json question_json(const dns::Question& question) {
  return {{"name", question.name.to_text()}, {"type", dns::to_text(question.type)}};
}

Json json_of(const Step& step) {
  Json out{{"question", question_json(step.question)}};
  put_step(out, step);
  out["answer"] = json_of(step.answer);
  return out;
}

}  // namespace

std::string to_json(const Explanation& explanation) {
  const auto& first = explanation.steps.front();
  Json out{{"question", question_json(first.question)}, {"asked_at", date_text(explanation.asked_at)}};
  put_step(out, first);
  if (explanation.clock) out["clock"] = {{"state", *explanation.clock}};
  out["answer"] = json_of(explanation.answer);
  out["answered_ms"] = milliseconds(explanation.answered);
  out["total_ms"] = milliseconds(explanation.total);
  out["steps"] = Json::array();
  for (std::size_t i = 1; i < explanation.steps.size(); ++i)
    out["steps"].push_back(json_of(explanation.steps[i]));
  // What an upstream wrote may be no UTF-8.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tributary::explain
