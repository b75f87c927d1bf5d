#include "policy/setting_limits.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "policy/config_reader.hpp"
#include "policy/quantity.hpp"

namespace tributary::policy {
namespace {

/// "a: { first b: { c: value } }" for the path a.b.c.
std::string nested(std::string_view path, std::string_view first, std::string_view value) {
  const auto dot = path.find('.');
  std::string out = std::string(path.substr(0, dot)) + ": ";
  if (dot == path.npos) return out.append(value);
  return out.append("{ ").append(first).append(nested(path.substr(dot + 1), "", value)).append(" }");
}

/// A file that says nothing but `value` for the setting, and what it cannot be without.
std::string file_with(std::string_view path, std::uint64_t value) {
  const std::string text = std::to_string(value);
  if (path == "upstreams.*.weight")
    return "upstreams: { a: { url: \"udp://192.0.2.1\", weight: " + text + " } }";
  if (path.starts_with("groups.*.")) {
    std::string upstreams, names;
    for (int i = 0; i < 20; ++i) {
      upstreams += "u" + std::to_string(i) + ": { url: \"udp://192.0.2.1\" }, ";
      names += "u" + std::to_string(i) + ", ";
    }
    const std::string key(path.substr(path.rfind('.') + 1));
    return "upstreams: { " + upstreams + "}\ngroups: { g: { upstreams: [" + names +
           "], strategy: " + (key == "quorum" ? "consensus, " : "race, ") + key + ": " + text + " } }";
  }
  if (path.starts_with("query_log.")) return nested(path, "json: queries.jsonl, ", text);
  // An attempt may not be longer than its query.
  return nested(path, path == "timeouts.attempt" ? "query: 1m, " : "", text);
}

std::string first_message(std::string_view path, std::uint64_t value) {
  const auto config = parse_config(file_with(path, value), "t.yaml");
  return config ? "" : config.error().front().message;
}

TEST(SettingLimits, AreInOrder) {
  for (const auto& limits : setting_limits()) {
    EXPECT_LE(limits.least, limits.fallback) << limits.path;
    EXPECT_LE(limits.fallback, limits.most) << limits.path;
  }
}

TEST(SettingLimits, HaveOneRowEach) {
  std::set<std::string_view> paths;
  for (const auto& limits : setting_limits()) {
    EXPECT_TRUE(paths.insert(limits.path).second) << limits.path;
    EXPECT_EQ(&limits_of(limits.path), &limits);
  }
}

TEST(SettingLimits, LeastAndMostAreAllowed) {
  for (const auto& limits : setting_limits()) {
    EXPECT_EQ(first_message(limits.path, limits.least), "") << limits.path;
    EXPECT_EQ(first_message(limits.path, limits.most), "") << limits.path;
  }
}

TEST(SettingLimits, BelowLeastIsRefused) {
  for (const auto& limits : setting_limits()) {
    if (limits.least == 0) continue;
    EXPECT_NE(first_message(limits.path, limits.least - 1).find("is too small"), std::string::npos)
        << limits.path;
  }
}

TEST(SettingLimits, AboveMostIsRefused) {
  for (const auto& limits : setting_limits())
    EXPECT_NE(first_message(limits.path, limits.most + 1).find("is too large"), std::string::npos)
        << limits.path;
}

TEST(SettingLimits, StandInTheManual) {
  std::ifstream stream(TRIBUTARY_SOURCE_DIR "/docs/man/tributary.yaml.5");
  const std::string manual{std::istreambuf_iterator<char>(stream), {}};
  for (const auto& limits : setting_limits()) {
    std::string row = "\n" + std::string(limits.path);
    for (const auto value : {limits.fallback, limits.least, limits.most})
      row += "\t" + quantity_text(value, limits.unit);
    if (!limits.unit.empty()) row.append("\t").append(limits.unit);
    EXPECT_NE(manual.find(row + "\n"), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace tributary::policy
