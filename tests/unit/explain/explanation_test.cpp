// How explanations look whatever is in them.

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "resolver/explain/explanation_json.hpp"
#include "resolver/explain/explanation_text.hpp"
#include "resolver/explain/explanation_words.hpp"
#include "resolver/explain/time_line.hpp"
#include "tests/unit/dns/octets_of.hpp"

namespace tributary::explain {
namespace {

using namespace std::chrono_literals;

const dns::Question www{dns::testing::name("www.example."), dns::Type::A, dns::Class::IN};

Attempt attempt(const std::string& upstream, Duration sent, std::optional<Duration> ended, Fate fate) {
  Attempt out{www, upstream, "https"};
  out.sent = sent;
  out.ended = ended;
  out.fate = fate;
  return out;
}

Explanation explanation_of(std::vector<Attempt> attempts, Duration answered, Duration total) {
  Explanation out;
  out.steps.push_back({www});
  out.steps.front().attempts = std::move(attempts);
  out.answered = answered;
  out.total = total;
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Everything that others write is long, and full of what a terminal might obey.
Explanation hostile() {
  std::string text =
      "\x1b[2J\xc2\x9b"
      "31m\r\n\t";
  for (int i = 0; i < 60; ++i) text += " <script>alert(1)</script>";
  const dns::Question longest{dns::testing::name(std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                                                 std::string(60, 'c') + "." + std::string(60, 'd') + ".")};
  auto one = attempt("an-upstream-whose-name-is-longer-than-anybody-needs", 0ms, 12ms, Fate::won);
  one.question = longest;
  one.outcome = one.reason = one.why = text;
  auto out = explanation_of({one, attempt("b", 1ms, std::nullopt, Fate::in_flight)}, 12ms, 2s);
  out.steps.front().notes = {text};
  out.steps.front().chain = {{longest.name, "bogus", {{1, 13}}, {{1, 13, true}, {2, 13}}, 1, text}};
  out.answer.records = {longest.name.to_text() + " 300 IN TXT \"" + std::string(200, 'x') + "\""};
  out.answer.error = dns::ExtendedErrorOption{dns::ExtendedError::other, text + "\xff"};
  return out;
}

TEST(ExplanationText, HasNothingThatATerminalObeys) {
  for (const auto& line : lines_of(to_text(hostile()))) {
    EXPECT_TRUE(std::ranges::none_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) << line;
    EXPECT_EQ(line.find("\xc2\x9b"), std::string::npos) << line;
  }
}

TEST(ExplanationText, IsBrokenBetweenWordsAtAHundredColumns) {
  auto explanation = explanation_of({}, 1ms, 1ms);
  std::string sentence;
  for (int i = 0; i < 50; ++i) sentence += "nobody knows ";
  explanation.steps.front().notes = {sentence};
  const auto lines = lines_of(to_text(explanation));
  EXPECT_GT(lines.size(), 7u);
  for (const auto& line : lines) EXPECT_LE(columns(line), 100u) << line;
}

TEST(ExplanationText, LongNamesDoNotBreakTheTimeLine) {
  for (const auto& line : time_line(hostile(), 100)) EXPECT_LE(columns(line), 100u) << line;
}

TEST(ExplanationJson, IsValidWhateverOthersWrote) {
  const auto json = nlohmann::json::parse(to_json(hostile()));
  EXPECT_EQ(json["attempts"].size(), 2u);
  EXPECT_EQ(json["attempts"][0]["ended_ms"], 12.0);
  EXPECT_FALSE(json["attempts"][1].contains("ended_ms"));
  EXPECT_EQ(json["answer"]["ede"][0]["code"], 0);
}

TEST(TimeLine, DrawsEachAttemptWhereItWas) {
  const auto explanation =
      explanation_of({attempt("one", 0ms, 100ms, Fate::late), attempt("two", 50ms, 80ms, Fate::won),
                      attempt("three", 80ms, 80ms, Fate::failed)},
                     80ms, 100ms);
  const auto lines = time_line(explanation, 60);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_TRUE(lines[1].ends_with("┤ late")) << lines[1];
  EXPECT_TRUE(lines[2].find("├━") != std::string::npos && lines[2].find("━●") != std::string::npos)
      << lines[2];
  EXPECT_TRUE(lines[3].find("×") != std::string::npos && lines[3].find("├") == std::string::npos) << lines[3];
  const auto column_of = [](const std::string& line, const char* mark) {
    return columns(line.substr(0, line.find(mark)));
  };
  EXPECT_EQ(column_of(lines[2], "●"), column_of(lines[4], "▲"));
}

TEST(TimeLine, IsEmptyWhereNobodyWasAsked) {
  EXPECT_TRUE(time_line(explanation_of({Attempt{www, "one"}}, 0ms, 0ms), 100).empty());
}

TEST(ExplanationWords, FitTheirColumns) {
  EXPECT_EQ(fitted("abc", 5), "abc  ");
  EXPECT_EQ(fitted("abcdef", 5), "abcd…");
  EXPECT_EQ(fitted("äöüäöü", 5), "äöüä…");
  EXPECT_EQ(columns(fitted("äöü", 5)), 5u);
}

TEST(Ttl, NotesWhatMakesItLess) {
  Ttl ttl;
  ttl.received = 300;
  ttl.cut(300, "nothing");
  ttl.cut(400, "nothing");
  ttl.cut(60, "something");
  EXPECT_EQ(ttl.now(), 60u);
  ASSERT_EQ(ttl.cuts.size(), 1u);
  EXPECT_EQ(ttl.cuts.front().why, "something");
}

}  // namespace
}  // namespace tributary::explain
