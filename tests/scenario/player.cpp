#include "tests/scenario/player.hpp"

#include <gtest/gtest.h>

#include "tests/scenario/expectation.hpp"
#include "tests/scenario/zone_options.hpp"

namespace tributary::scenario {
namespace {

/// "3", or "<=3".
void expect_count(std::uint64_t count, const std::string& expected) {
  const auto number = static_cast<long>(count);
  if (expected.starts_with("<="))
    EXPECT_LE(number, number_in(expected.substr(2)));
  else
    EXPECT_EQ(number, number_in(expected));
}

policy::ClockTrust clock_trust_in(const std::string& word) {
  if (word == "guarded") return policy::ClockTrust::guarded;
  if (word == "trusted") return policy::ClockTrust::trusted;
  if (word == "ignored") return policy::ClockTrust::ignored;
  throw ScriptError("the clock cannot be " + word);
}

policy::StrategyKind strategy_in(const std::string& word) {
  if (word == "failover") return policy::StrategyKind::failover;
  if (word == "race") return policy::StrategyKind::race;
  if (word == "hedge") return policy::StrategyKind::hedge;
  throw ScriptError("no strategy " + word);
}

}  // namespace

void Player::play() {
  for (const auto& line : case_.lines) {
    SCOPED_TRACE(case_.file.filename().string() + ":" + std::to_string(line.number) + ": " + line.rest(0));
    try {
      play(line);
    } catch (const std::exception& error) {
      FAIL() << error.what();
    }
  }
}

void Player::play(const Line& line) {
  if (line.indented) return continue_above(line);
  zone_ = nullptr;
  upstream_ = SIZE_MAX;
  if (!set(line) && !step(line)) throw ScriptError("no such line: " + line.words.front());
}

// ---- What is set

void Player::continue_above(const Line& line) {
  if (zone_) return add_record(line);
  if (upstream_ == SIZE_MAX) throw ScriptError("nothing above that this line belongs to");
  setting_.upstreams[upstream_].lies.push_back(make_lie(line, setting_.world, Setting::epoch));
}

bool Player::set(const Line& line) {
  const auto& verb = line.words.front();
  if (verb == "upstream") return set_upstream(line), true;
  if (set_zone(line)) return true;
  if (stage_) return false;
  if (verb == "anchor")
    add_anchor(line);
  else if (verb == "negative-anchor")
    setting_.negative_anchors.push_back(name_in(line.words.at(1)));
  else if (verb == "no-validation")
    setting_.unvalidated_routes.push_back(name_in(line.words.at(1)));
  else if (verb == "permissive")
    setting_.permissive = true;
  else if (verb == "strategy")
    setting_.strategy = strategy_in(line.words.at(1));
  else if (verb == "clock")
    setting_.clock = clock_trust_in(line.words.at(1));
  else if (verb == "sha1")
    setting_.sha1 = true;
  else if (verb == "max-ttl")
    setting_.max_ttl = time_in(line.words.at(1));
  else if (verb == "iterations")
    setting_.most_iterations = static_cast<std::uint16_t>(number_in(line.words.at(1)));
  else
    return false;
  return true;
}

bool Player::set_zone(const Line& line) {
  if (line.words.front() == "zone") {
    begin_zone(line);
  } else if (line.words.front() == "in") {
    zone_ = setting_.world.zone(name_in(line.words.at(1)));
    if (!zone_) throw ScriptError("no zone " + line.words.at(1));
  } else {
    return false;
  }
  return true;
}

void Player::begin_zone(const Line& line) {
  const auto options = zone_options(line, Setting::epoch);
  zone_ = &setting_.world.add_zone(name_in(line.words.at(1)), options.signing, options.ds);
}

/// "www 60 A 192.0.2.1": names without a dot at the end are below the zone, the TTL is 300 unless it is told.
void Player::add_record(const Line& line) {
  const auto below_apex = [&](const std::string& word) {
    if (word.ends_with('.')) return word;
    const auto apex = zone_->apex().to_text();
    if (word == "@") return apex;
    return word + (apex == "." ? "" : ".") + apex;
  };
  std::size_t at = 1;
  std::string ttl = "300";
  if (std::isdigit(static_cast<unsigned char>(line.words.at(1).front()))) ttl = line.words[at++];
  const auto text = below_apex(line.words.front()) + " " + ttl + " IN " + line.rest(at);
  auto record = dns::parse_record(text);
  if (!record) throw ScriptError(text + ": " + record.error());
  zone_->add(*record);
}

/// "upstream NAME": from now on it tells the lies that follow, and no others.
void Player::set_upstream(const Line& line) {
  auto& all = setting_.upstreams;
  const auto& name = line.words.at(1);
  const auto found = std::ranges::find(all, name, &Character::name);
  upstream_ = static_cast<std::size_t>(found - all.begin());
  if (found != all.end()) {
    found->lies.clear();
  } else if (stage_) {
    throw ScriptError("no upstream " + name);
  } else {
    all.push_back({name, {}});
  }
}

/// "anchor ZONE [DNSKEY] [other-key]": the zone's keys as DS, or as DNSKEY.
void Player::add_anchor(const Line& line) {
  const auto name = name_in(line.words.at(1));
  const auto* zone = setting_.world.zone(name);
  if (!zone) throw ScriptError("no zone " + line.words.at(1));
  for (const auto& key : zone->key_keys()) {
    const auto named = line.words.back() == "other-key" ? test::TestKey(key.algorithm(), 99991) : key;
    if (line.words.size() > 2 && line.words[2] == "DNSKEY")
      setting_.anchors.push_back({name, dns::Type::DNSKEY, dns::Class::IN, 0, named.dnskey()});
    else
      setting_.anchors.push_back({name, dns::Type::DS, dns::Class::IN, 0, named.ds(name)});
  }
}

// ---- What happens

/// A setting is complete when its first step comes. One without anchors has the root's, one without upstreams
/// has an honest one.
Stage& Player::stage() {
  if (stage_) return *stage_;
  if (setting_.anchors.empty()) add_anchor({0, false, {"anchor", "."}});
  if (setting_.upstreams.empty()) setting_.upstreams.push_back({"honest", {}});
  stage_ = std::make_unique<Stage>(setting_);
  return *stage_;
}

bool Player::step(const Line& line) {
  const auto& verb = line.words.front();
  if (verb == "ask")
    ask(line);
  else if (verb == "later")
    stage().advance(time_in(line.words.at(1)));
  else if (verb == "wall-clock")
    stage().step_wall_clock(time_in(line.words.at(1)));
  else if (verb == "kernel")
    stage().synchronize(line.words.at(1) == "synchronized");
  else if (verb == "asked")
    check_asked(line);
  else if (verb == "standing")
    check_standing(line);
  else if (verb == "checks")
    expect_count(stage().counters().signature_checks.get(), line.words.at(1));
  else if (verb == "validated")
    check_validated(line);
  else
    return false;
  return true;
}

void Player::ask(const Line& line) {
  const auto asking = Asking::read(line);
  const auto response = stage().ask(asking.query());
  EXPECT_EQ(describe(asking, response), asking.expected);
}

/// "asked UPSTREAM N [NAME TYPE]".
void Player::check_asked(const Line& line) {
  std::optional<dns::Question> question;
  if (line.words.size() > 3) question = {name_in(line.words[3]), type_in(line.words.at(4)), dns::Class::IN};
  expect_count(stage().times_asked(line.words.at(1), question ? &*question : nullptr), line.words.at(2));
}

/// "validated bogus N": so many replies were found so.
void Player::check_validated(const Line& line) {
  if (line.words.at(1) != "bogus") throw ScriptError("only what is bogus is counted");
  expect_count(stage().counters().bogus.get(), line.words.at(2));
}

/// "standing UPSTREAM lost": others are asked before it; "kept".
void Player::check_standing(const Line& line) {
  EXPECT_EQ(stage().validates(line.words.at(1)) ? "kept" : "lost", line.words.at(2));
}

}  // namespace tributary::scenario
