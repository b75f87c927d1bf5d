#include <nlohmann/json.hpp>

#include "policy/config_reference.hpp"
#include "policy/quantity.hpp"
#include "policy/setting_limits.hpp"
#include "policy/settings.hpp"

namespace tributary::policy {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of(const Setting& setting);

Json section_of(std::string_view path) {
  Json properties = Json::object(), required = Json::array();
  for (const auto* key : keys_of(path)) {
    properties[std::string(key->key())] = schema_of(*key);
    if (key->required) required.push_back(key->key());
  }
  Json out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  out["additionalProperties"] = false;
  return out;
}

/// The units that may be written where `unit` is counted.
const char* units_of(std::string_view unit) {
  if (unit == "B") return "(B|KiB|MiB|GiB|TiB)?";
  if (unit == "ms") return "(ms|s|m|h|d)?";
  return unit == "s" ? "(s|m|h|d)?" : "";
}

Json number(const SettingLimits& limits) {
  Json count{{"type", "integer"}, {"minimum", limits.least}, {"maximum", limits.most}};
  Json text{{"type", "string"}, {"pattern", std::string("^[0-9]+") + units_of(limits.unit) + "$"}};
  return {{"anyOf", {std::move(count), std::move(text)}},
          {"default", quantity_text(limits.fallback, limits.unit)}};
}

Json value_of(const Setting& setting) {
  switch (setting.kind) {
    case Setting::Kind::section:
      return section_of(setting.path);
    case Setting::Kind::names:
      return {{"type", "object"}, {"additionalProperties", section_of(setting.path)}};
    case Setting::Kind::items:
      return {{"type", "array"}, {"items", section_of(setting.path)}};
    case Setting::Kind::list:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    case Setting::Kind::text:
      return {{"type", "string"}};
    case Setting::Kind::word:
      return {{"enum", setting.words()}, {"default", setting.fallback}};
    case Setting::Kind::truth:
      return {{"type", "boolean"}};
    case Setting::Kind::number:
      return number(limits_of(setting.path));
  }
  return {};
}

Json schema_of(const Setting& setting) {
  auto out = value_of(setting);
  out["description"] = setting.meaning;
  return out;
}

}  // namespace

std::string config_schema() {
  Json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "tributary.yaml"}};
  out.update(section_of(""));
  return out.dump(2) + "\n";
}

}  // namespace tributary::policy
