#include "policy/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "policy/config_reader.hpp"
#include "policy/config_reference.hpp"
#include "policy/setting_limits.hpp"

namespace tributary::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;
using Kind = Setting::Kind;
using Words = std::vector<std::string>;

bool has_keys(const Setting& setting) {
  return setting.kind == Kind::section || setting.kind == Kind::names || setting.kind == Kind::items;
}

/// A file that has `inner` where `prefix` leads to: "routes: [ { inner } ]" for "routes[].".
std::string file_with(std::string_view prefix, const std::string& inner) {
  const auto dot = prefix.find('.');
  if (dot == prefix.npos) return inner;
  auto step = prefix.substr(0, dot);
  const bool is_list = step.ends_with("[]");
  if (is_list) step.remove_suffix(2);
  const auto value = "{ " + file_with(prefix.substr(dot + 1), inner) + " }";
  const auto key = step == "*" ? std::string("a") : std::string(step);
  return key + ": " + (is_list ? "[ " + value + " ]" : value);
}

/// The list that the first error with `begin` in it goes on with.
Words listed_in_error(const std::string& yaml, std::string_view begin) {
  const auto config = parse_config(yaml, "t.yaml");
  Words out;
  if (config) return out;
  for (const auto& error : config.error()) {
    const auto found = error.message.find(begin);
    if (found == std::string::npos) continue;
    const auto list = error.message.substr(found + begin.size());
    for (std::size_t at = 0; at < list.size();
         at = list.find_first_not_of(", ", list.find_first_of(",;", at)))
      out.push_back(list.substr(at, list.find_first_of(",;", at) - at));
    break;
  }
  return out;
}

Words keys_at(std::string_view path) {
  Words out;
  for (const auto* key : keys_of(path)) out.emplace_back(key->key());
  return out;
}

/// What the key is not looked at without.
std::string beside(const Setting& setting) {
  if (setting.path == "upstreams.*.method") return "url: \"https://192.0.2.1/\", ";
  if (setting.path.starts_with("upstreams.")) return "url: \"udp://192.0.2.1\", ";
  return setting.path.starts_with("groups.") ? "upstreams: [a], " : "";
}

std::string prefix_before(const Setting& setting) {
  return std::string(setting.path.substr(0, setting.path.size() - setting.key().size()));
}

TEST(Settings, AreTheKeysThatTheReaderKnows) {
  constexpr std::string_view begin = "is no key here; allowed are ";
  EXPECT_THAT(keys_at(""), UnorderedElementsAreArray(listed_in_error("zzzzzz: 1", begin)));
  for (const auto& setting : settings()) {
    if (!has_keys(setting)) continue;
    const auto yaml = file_with(prefix_of(setting), "zzzzzz: 1");
    EXPECT_THAT(keys_at(setting.path), UnorderedElementsAreArray(listed_in_error(yaml, begin))) << yaml;
  }
}

TEST(Settings, AllowTheWordsThatTheReaderAllows) {
  for (const auto& setting : settings()) {
    if (setting.kind != Kind::word) continue;
    const auto yaml =
        file_with(prefix_before(setting), beside(setting) + std::string(setting.key()) + ": zzzzzz");
    const auto words = setting.words();
    EXPECT_EQ(listed_in_error(yaml, "\"zzzzzz\" is not one of "), Words(words.begin(), words.end())) << yaml;
    EXPECT_NE(std::ranges::find(words, setting.fallback), words.end()) << setting.path;
  }
}

TEST(Settings, AreRequiredWhereTheReaderSaysSo) {
  for (const auto& setting : settings()) {
    const auto prefix = prefix_before(setting);
    if (prefix.empty()) continue;
    const auto config = parse_config(file_with(prefix, ""), "t.yaml");
    const auto missing = "has no \"" + std::string(setting.key()) + "\"";
    const bool required = !config && std::ranges::any_of(config.error(), [&](const ConfigError& error) {
      return error.message.find(missing) != std::string::npos;
    });
    EXPECT_EQ(setting.required, required) << setting.path;
  }
}

TEST(Settings, HaveTheNumbersOfTheTableOfLimits) {
  std::set<std::string_view> numbers, limits;
  for (const auto& setting : settings())
    if (setting.kind == Kind::number) numbers.insert(setting.path);
  for (const auto& each : setting_limits()) limits.insert(each.path);
  EXPECT_EQ(numbers, limits);
}

/// The part of the manual about each key of the file, by its name.
std::map<std::string, std::string> manual_by_key() {
  std::ifstream stream(TRIBUTARY_SOURCE_DIR "/docs/man/tributary.yaml.5");
  std::map<std::string, std::string> out;
  std::string* part = nullptr;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(".SS ")) part = &out[line.substr(4)];
    if (line.starts_with(".SH ")) part = nullptr;
    if (part != nullptr) part->append(line + "\n");
  }
  return out;
}

TEST(Settings, AllStandInTheManual) {
  const auto manual = manual_by_key();
  for (const auto& setting : settings()) {
    const auto part = manual.find(std::string(setting.path.substr(0, setting.path.find_first_of(".["))));
    ASSERT_NE(part, manual.end()) << setting.path;
    EXPECT_THAT(part->second, HasSubstr(std::string(setting.key()))) << setting.path;
  }
}

TEST(Settings, TheManualHasNoOthers) {
  Words parts;
  for (const auto& [key, text] : manual_by_key()) parts.push_back(key);
  EXPECT_THAT(keys_at(""), UnorderedElementsAreArray(parts));
}

class ConfigSchema : public ::testing::Test {
 protected:
  /// The schema of a path.
  const nlohmann::json& at(std::string_view path) const {
    const auto* found = &schema;
    for (std::string_view rest = path; !rest.empty();) {
      const auto dot = rest.find('.');
      auto step = std::string(rest.substr(0, dot));
      const bool is_item = step.ends_with("[]");
      if (is_item) step.resize(step.size() - 2);
      found = step == "*" ? &found->at("additionalProperties") : &found->at("properties").at(step);
      if (is_item) found = &found->at("items");
      rest = dot == rest.npos ? std::string_view() : rest.substr(dot + 1);
    }
    return *found;
  }

  const nlohmann::json schema = nlohmann::json::parse(config_schema());
};

TEST_F(ConfigSchema, DescribesEverySetting) {
  for (const auto& setting : settings()) EXPECT_EQ(at(setting.path).at("description"), setting.meaning);
}

TEST_F(ConfigSchema, AllowsNoUnknownKeys) {
  EXPECT_EQ(schema.at("additionalProperties"), false);
  EXPECT_EQ(at("upstreams.*").at("additionalProperties"), false);
  EXPECT_EQ(at("routes[]").at("required"), nlohmann::json::parse(R"(["suffix", "group"])"));
}

TEST_F(ConfigSchema, NumbersHaveTheirLimits) {
  EXPECT_EQ(at("cache.max_stale"), nlohmann::json::parse(R"({
    "anyOf": [{"type": "integer", "minimum": 0, "maximum": 259200},
              {"type": "string", "pattern": "^[0-9]+(s|m|h|d)?$"}],
    "default": "1d",
    "description": "how long after it expired an answer is still served when there is no better one"})"));
}

TEST_F(ConfigSchema, WordsAreListed) {
  EXPECT_EQ(at("dnssec.sha1").at("enum"), nlohmann::json::parse(R"(["off", "on"])"));
}

TEST(ConfigReference, HasALineForEverySetting) {
  const auto text = config_reference();
  for (const auto& setting : settings())
    EXPECT_THAT(text, HasSubstr("\n| `" + std::string(setting.path) + "` |"));
  EXPECT_THAT(text, HasSubstr("\n## cache\n\n| key |"));
  EXPECT_THAT(text,
              HasSubstr("| `cache.max_stale` | number | 1d | 0s to 3d | how long after it expired an answer "
                        "is still served when there is no better one (RFC 8767 §5) |\n"));
  EXPECT_THAT(text, HasSubstr("| `log.level` | word | info | debug, info, warning, error |"));
}

}  // namespace
}  // namespace tributary::policy
