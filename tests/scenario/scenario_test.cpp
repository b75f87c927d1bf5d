// Each case of each scenario file is a test.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "tests/scenario/player.hpp"

namespace tributary::scenario {
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

class Scenario : public ::testing::TestWithParam<Case> {};

TEST_P(Scenario, Plays) {
  Player(GetParam()).play();
}

INSTANTIATE_TEST_SUITE_P(Dnssec, Scenario, ::testing::ValuesIn(all_cases()), test_name);

}  // namespace
}  // namespace tributary::scenario
