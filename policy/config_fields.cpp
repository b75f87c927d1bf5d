#include "policy/config_fields.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "policy/nearest.hpp"
#include "policy/quantity.hpp"
#include "policy/quote.hpp"

namespace tributary::policy {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

std::string_view kind_text(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a single value";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
  }
  return "";
}

}  // namespace

void Complaints::add(const Place& place, std::string path, std::string message) {
  errors_.push_back({file_, place.line, place.column, std::move(path), std::move(message)});
}

std::vector<ConfigError> Complaints::take() {
  std::ranges::stable_sort(errors_, {}, [](const ConfigError& e) { return std::tuple(e.line, e.column); });
  return std::exchange(errors_, {});
}

std::string unknown_word(std::string_view word, std::string_view is_no,
                         const std::vector<std::string>& known) {
  std::string message = quote(word).append(" ").append(is_no);
  if (const auto near = nearest(word, known)) message += "; did you mean " + quote(*near) + "?";
  return message;
}

Field Field::child(const YamlNode& node, std::string_view step) const {
  std::string path = path_;
  if (!path.empty() && !step.starts_with('[')) path += '.';
  return {node, path.append(step), *complaints_};
}

bool Field::is(YamlNode::Kind kind, std::string_view expected) const {
  if (node_->kind == kind) return true;
  complain(std::string("expected ").append(expected).append(", found ").append(kind_text(node_->kind)));
  return false;
}

std::optional<std::string> Field::text() const {
  if (!is(YamlNode::Kind::scalar, "a single value")) return std::nullopt;
  return node_->text;
}

std::optional<bool> Field::truth() const {
  return one_of<bool>({{"true", true}, {"false", false}});
}

std::optional<std::uint64_t> Field::number(const SettingLimits& limits) const {
  const auto value = parsed([&](std::string_view written) { return parse_quantity(written, limits.unit); });
  if (!value || (*value >= limits.least && *value <= limits.most)) return value;
  complain(quote(node_->text) + (*value < limits.least ? " is too small" : " is too large") +
           "; allowed are " + quantity_text(limits.least, limits.unit) + " to " +
           quantity_text(limits.most, limits.unit) + ", default " +
           quantity_text(limits.fallback, limits.unit) +
           (limits.unit.empty() ? "" : "; a number alone counts " + std::string(limits.unit)));
  return std::nullopt;
}

std::optional<dns::Name> Field::domain_name() const {
  return parsed([](std::string_view written) {
    return dns::Name::parse(written).map_error(
        [&](const std::string& error) { return quote(written) + " is no domain name: " + error; });
  });
}

std::vector<Field> Field::items() const {
  if (node_->kind == YamlNode::Kind::sequence && node_->items.empty())
    complain("the list is empty; it needs at least one item");
  return items_or_none();
}

std::vector<Field> Field::items_or_none() const {
  std::vector<Field> out;
  if (!is(YamlNode::Kind::sequence, "a list")) return out;
  for (const auto& item : node_->items) out.push_back(child(item, "[" + std::to_string(out.size()) + "]"));
  return out;
}

std::vector<NamedField> Field::entries() const {
  std::vector<NamedField> out;
  if (!is(YamlNode::Kind::mapping, "a mapping")) return out;
  std::map<std::string_view, std::size_t> first_lines;
  for (const auto& entry : node_->entries) {
    const NamedField field(child(entry.value, printable(entry.key)), entry);
    const auto [first, is_new] = first_lines.emplace(entry.key, entry.key_place.line);
    if (is_new) {
      out.push_back(field);
    } else {
      field.complain_of_name("stands here again; it was given on line " + std::to_string(first->second));
    }
  }
  return out;
}

std::optional<std::ptrdiff_t> Field::choose(const std::vector<std::string>& names) const {
  const auto word = text();
  if (!word) return std::nullopt;
  const auto found = std::ranges::find(names, *word);
  if (found != names.end()) return found - names.begin();
  complain(unknown_word(*word, "is not one of " + joined(names), names));
  return std::nullopt;
}

NamedField::NamedField(const Field& value, const YamlEntry& entry)
    : Field(value), name_(entry.key), name_place_(entry.key_place) {
  if (node_->kind == YamlNode::Kind::null) place_ = name_place_;
}

Section::Section(const Field& field, std::initializer_list<std::string_view> known) : field_(field) {
  const std::vector<std::string> names(known.begin(), known.end());
  for (auto& entry : field.entries()) {
    if (std::ranges::find(names, entry.name()) != names.end()) {
      fields_.push_back(std::move(entry));
    } else {
      entry.complain_of_name(
          unknown_word(entry.name(), "is no key here; allowed are " + joined(names), names));
    }
  }
}

const NamedField* Section::find(std::string_view key) const {
  const auto found = std::ranges::find(fields_, key, &NamedField::name);
  return found == fields_.end() ? nullptr : &*found;
}

const NamedField* Section::require(std::string_view key, std::string_view advice) const {
  const auto* field = find(key);
  if (field == nullptr && field_.is_mapping())
    field_.complain(std::string("has no \"").append(key).append("\"; ").append(advice));
  return field;
}

std::uint64_t Section::number(const SettingLimits& limits) const {
  const auto* field = find(limits.path.substr(limits.path.rfind('.') + 1));
  return field ? field->number(limits).value_or(limits.fallback) : limits.fallback;
}

}  // namespace tributary::policy
