#include "resolver/commands/yaml_text.hpp"

#include <nlohmann/json.hpp>

namespace tributary::commands {
namespace {

using Json = nlohmann::ordered_json;

/// Plain where YAML takes it for that very text, else in JSON's quotes, which are YAML's too.
std::string scalar(const Json& json) {
  if (!json.is_string()) return json.dump();
  const auto& text = json.get_ref<const std::string&>();
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.-";
  const bool letters = !text.empty() && text.find_first_not_of(plain) == text.npos &&
                       ((text[0] >= 'a' && text[0] <= 'z') || text[0] == '/');
  const bool word = text == "true" || text == "false" || text == "null" || text == "yes" || text == "no" ||
                    text == "on" || text == "off" || text == "y" || text == "n";
  return letters && !word ? text : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_block(const Json& json) {
  return json.is_structured() && !json.empty();
}

void append(const Json& json, const std::string& indent, std::string& out);

void append_value(const Json& json, const std::string& indent, std::string& out) {
  if (!is_block(json)) {
    out.append(" ").append(scalar(json)).append("\n");
  } else {
    out += '\n';
    append(json, indent + "  ", out);
  }
}

/// The first line of an item stands behind its dash.
void append_item(const Json& json, const std::string& indent, std::string& out) {
  if (!is_block(json)) {
    out.append(indent).append("- ").append(scalar(json)).append("\n");
    return;
  }
  std::string block;
  append(json, indent + "  ", block);
  block[indent.size()] = '-';
  out += block;
}

void append(const Json& json, const std::string& indent, std::string& out) {
  if (json.is_array()) {
    for (const auto& item : json) append_item(item, indent, out);
    return;
  }
  for (const auto& [key, value] : json.items()) {
    out.append(indent).append(scalar(key)).append(":");
    append_value(value, indent, out);
  }
}

}  // namespace

std::string yaml_text(const Json& json) {
  if (!is_block(json)) return scalar(json) + "\n";
  std::string out;
  append(json, "", out);
  return out;
}

}  // namespace tributary::commands
