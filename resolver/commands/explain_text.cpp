#include "resolver/commands/explain_text.hpp"

#include <nlohmann/json.hpp>

#include "resolver/commands/yaml_text.hpp"

namespace tributary::commands {

std::string explain_text(const nlohmann::ordered_json& explanation) {
  return yaml_text(explanation);
}

}  // namespace tributary::commands
