#include "policy/config_reference.hpp"

#include "policy/quantity.hpp"
#include "policy/setting_limits.hpp"
#include "policy/settings.hpp"

namespace tributary::policy {
namespace {

using Kind = Setting::Kind;

const char* kind_text(Kind kind) {
  switch (kind) {
    case Kind::section:
      return "section";
    case Kind::names:
      return "mapping from names to sections";
    case Kind::items:
      return "list of sections";
    case Kind::list:
      return "list";
    case Kind::text:
      return "text";
    case Kind::word:
      return "word";
    case Kind::truth:
      return "true or false";
    case Kind::number:
      return "number";
  }
  return "";
}

std::string fallback_text(const Setting& setting) {
  if (setting.required) return "required";
  if (setting.kind != Kind::number) return std::string(setting.fallback);
  const auto& limits = limits_of(setting.path);
  return quantity_text(limits.fallback, limits.unit);
}

std::string allowed_text(const Setting& setting) {
  if (setting.kind == Kind::number) {
    const auto& limits = limits_of(setting.path);
    return quantity_text(limits.least, limits.unit) + " to " + quantity_text(limits.most, limits.unit);
  }
  if (setting.kind != Kind::word) return std::string(setting.allowed);
  std::string out;
  for (const auto word : setting.words()) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

/// What the setting means, and the source of its limits.
std::string meaning_text(const Setting& setting) {
  std::string out(setting.meaning);
  if (setting.kind != Kind::number) return out;
  const auto source = limits_of(setting.path).source;
  return source.empty() ? out : out.append(" (").append(source).append(")");
}

std::string row(const Setting& setting) {
  std::string out = "| `" + std::string(setting.path) + "` |";
  for (const auto& cell : {std::string(kind_text(setting.kind)), fallback_text(setting),
                           allowed_text(setting), meaning_text(setting)})
    out += " " + cell + " |";
  return out + "\n";
}

bool is_top(const Setting& setting) {
  return setting.path.find_first_of(".[") == setting.path.npos;
}

}  // namespace

std::string config_reference() {
  std::string out = "# Keys of tributary.yaml\n";
  for (const auto& setting : settings()) {
    if (is_top(setting))
      out.append("\n## ")
          .append(setting.path)
          .append("\n\n| key | kind | default | allowed | meaning |\n|---|---|---|---|---|\n");
    out += row(setting);
  }
  return out;
}

}  // namespace tributary::policy
