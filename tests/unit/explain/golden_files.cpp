// Golden files: golden/README.md tells how they are written anew.

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "resolver/explain/explanation_json.hpp"
#include "resolver/explain/explanation_text.hpp"
#include "tests/unit/explain/explain_fixture.hpp"

namespace tributary::explain::testing {
namespace {

void expect_file(const std::string& name, const std::string& content) {
  const auto path = std::string(TRIBUTARY_SOURCE_DIR) + "/tests/unit/explain/golden/" + name;
  if (std::getenv("TRIBUTARY_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << content;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_TRUE(file) << path;
  EXPECT_EQ(expected.str(), content) << path;
}

}  // namespace

void expect_golden(const std::string& situation, const Explanation& explanation) {
  expect_file(situation + ".txt", to_text(explanation));
  expect_file(situation + ".json", to_json(explanation));
}

}  // namespace tributary::explain::testing
