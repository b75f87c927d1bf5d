#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/config_reader.hpp"
#include "policy/setting_limits.hpp"
#include "policy/yaml_document.hpp"

namespace tributary::policy {

/// Collects what is wrong, so that a reader can go on after an error.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}

  void add(const Place& place, std::string path, std::string message);
  std::size_t count() const { return errors_.size(); }
  /// All of them, in the order of the file.
  std::vector<ConfigError> take();

 private:
  std::string file_;
  std::vector<ConfigError> errors_;
};

class NamedField;

/// One value of the file and its path. A reader that does not find what it reads complains and returns
/// nothing. A view: the document and the complaints outlive it.
class Field {
 public:
  Field(const YamlNode& node, std::string path, Complaints& complaints)
      : node_(&node), place_(node.place), path_(std::move(path)), complaints_(&complaints) {}

  std::optional<std::string> text() const;
  std::optional<bool> truth() const;
  std::optional<std::uint64_t> number(const SettingLimits& limits) const;
  std::optional<dns::Name> domain_name() const;
  std::vector<Field> items() const;          ///< Of a list with at least one item; else empty.
  std::vector<Field> items_or_none() const;  ///< Of a list, which may be empty.
  std::vector<NamedField> entries() const;   ///< Of a mapping, each key once; else empty.

  /// The value that the text names.
  template <typename Value>
  std::optional<Value> one_of(std::initializer_list<std::pair<std::string_view, Value>> choices) const {
    std::vector<std::string> names;
    for (const auto& [name, value] : choices) names.emplace_back(name);
    const auto index = choose(names);
    if (!index) return std::nullopt;
    return (choices.begin() + *index)->second;
  }

  /// What `parse` makes of the text: tl::expected with a sentence as its error.
  template <typename Parse>
  auto parsed(Parse&& parse) const
      -> std::optional<typename decltype(parse(std::string_view()))::value_type> {
    const auto written = text();
    if (!written) return std::nullopt;
    auto value = parse(std::string_view(*written));
    if (value) return std::move(*value);
    complain(value.error());
    return std::nullopt;
  }

  void complain(std::string message) const { complaints_->add(place_, path_, std::move(message)); }
  std::size_t complaint_count() const { return complaints_->count(); }
  const Place& place() const { return place_; }
  bool is_empty() const { return node_->items.empty() && node_->entries.empty(); }  ///< Of a list or mapping.
  bool is_mapping() const { return node_->kind == YamlNode::Kind::mapping; }

 protected:
  Field child(const YamlNode& node, std::string_view step) const;
  bool is(YamlNode::Kind kind, std::string_view expected) const;
  std::optional<std::ptrdiff_t> choose(const std::vector<std::string>& names) const;

  const YamlNode* node_;
  Place place_;  // of the value; of its key if there is no value
  std::string path_;
  Complaints* complaints_;
};

/// A field of a mapping, with its key.
class NamedField : public Field {
 public:
  NamedField(const Field& value, const YamlEntry& entry);

  const std::string& name() const { return name_; }
  void complain_of_name(std::string message) const {
    complaints_->add(name_place_, path_, std::move(message));
  }

 private:
  std::string name_;
  Place name_place_;
};

/// A mapping whose keys are all known: complains of others and names the nearest known one.
class Section {
 public:
  Section(const Field& field, std::initializer_list<std::string_view> known);

  /// The field, or null if the file does not have it.
  const NamedField* find(std::string_view key) const;
  /// The same; complains if a mapping lacks it, with `advice` on what to write.
  const NamedField* require(std::string_view key, std::string_view advice) const;
  /// The number of the field that the limits' path ends with, or its default.
  std::uint64_t number(const SettingLimits& limits) const;

 private:
  Field field_;
  std::vector<NamedField> fields_;
};

/// `"quad" is no upstream; did you mean "quad9"?`
std::string unknown_word(std::string_view word, std::string_view is_no,
                         const std::vector<std::string>& known);

}  // namespace tributary::policy
