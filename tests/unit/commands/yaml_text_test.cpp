#include "resolver/commands/yaml_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tributary::commands {
namespace {

std::string yaml(const char* json) {
  return yaml_text(nlohmann::ordered_json::parse(json));
}

TEST(YamlText, WritesBlocks) {
  EXPECT_EQ(yaml(R"({"b": {"x": 1}, "a": ["one", {"k": "v", "l": [2]}], "none": [], "empty": {}})"),
            "b:\n"
            "  x: 1\n"
            "a:\n"
            "  - one\n"
            "  - k: v\n"
            "    l:\n"
            "      - 2\n"
            "none: []\n"
            "empty: {}\n");
}

TEST(YamlText, QuotesWhatYamlWouldTakeForSomethingElse) {
  EXPECT_EQ(
      yaml(
          R"(["off", "true", "", "1.2", "a: b", "# c", "-", "~", "plain-word", "/path/x.y", "7d", "a\u001bb"])"),
      "- \"off\"\n- \"true\"\n- \"\"\n- \"1.2\"\n- \"a: b\"\n- \"# c\"\n- \"-\"\n- \"~\"\n- plain-word\n"
      "- /path/x.y\n- \"7d\"\n- \"a\\u001bb\"\n");
}

}  // namespace
}  // namespace tributary::commands
