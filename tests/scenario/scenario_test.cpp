// Each case of each scenario file is a test.

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>

#include "tests/scenario/player.hpp"

namespace tributary::scenario {

/// For messages of GoogleTest.
void PrintTo(const Case& played, std::ostream* out) {
  *out << played.file.filename().string() << ": " << played.title;
}

namespace {

const std::filesystem::path folder = std::filesystem::path(TRIBUTARY_SOURCE_DIR) / "tests/scenario/dnssec";

std::vector<Case> all_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".scenario") files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<Case> cases;
  for (const auto& file : files)
    for (auto& each : read_cases(file)) cases.push_back(std::move(each));
  return cases;
}

std::string test_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name = info.param.file.stem().string() + "_" + info.param.title;
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

/// How many cases there are of each rule, and in which files: as in docs/dnssec.md.
std::string table_of_rules() {
  struct Row {
    std::size_t cases = 0;
    std::set<std::string> files;
  };
  std::map<std::string, Row> rows;
  for (const auto& each : all_cases())
    for (const auto& rule : each.rules) {
      ++rows[rule].cases;
      rows[rule].files.insert(each.file.stem().string());
    }
  std::string out = "| rule | cases | files |\n|---|---|---|\n";
  for (const auto& [rule, row] : rows)
    out += fmt::format("| {} | {} | {} |\n", rule, row.cases, fmt::join(row.files, ", "));
  return out;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(ScenarioFiles, AreListedInTheDocumentation) {
  const auto text = text_of(std::filesystem::path(TRIBUTARY_SOURCE_DIR) / "docs/dnssec.md");
  EXPECT_THAT(text, ::testing::HasSubstr(table_of_rules()));
  EXPECT_THAT(text, ::testing::HasSubstr(fmt::format("{} cases", all_cases().size())));
}

class Scenario : public ::testing::TestWithParam<Case> {};

TEST_P(Scenario, Plays) {
  Player(GetParam()).play();
}

INSTANTIATE_TEST_SUITE_P(Dnssec, Scenario, ::testing::ValuesIn(all_cases()), test_name);

}  // namespace
}  // namespace tributary::scenario
