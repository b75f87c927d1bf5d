#include "policy/yaml_document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <utility>

namespace tributary::policy {
namespace {

Place place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind, std::string text = {}) {
  YamlNode node;
  node.kind = kind;
  node.place = place_of(mark);
  node.text = std::move(text);
  return node;
}

/// Grows the tree from the parser's events. Throws YamlError to stop the parser, which knows no other way.
class TreeBuilder final : public YAML::EventHandler {
 public:
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_) throw YamlError{place_of(mark), "a second document begins here; a file holds one"};
    started_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    put(node_at(mark, YamlNode::Kind::null));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { refuse_anchor(mark, anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    put(node_at(mark, YamlNode::Kind::scalar, value));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Key {
    std::string text;
    Place place;
  };
  /// A sequence or mapping whose end has not come yet.
  struct Open {
    YamlNode node;
    std::optional<Key> key;  // of a mapping: read, its value not yet
  };

  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) throw YamlError{place_of(mark), "anchors (&) and aliases (*) are not allowed here"};
  }
  /// yaml-cpp calls plain scalars "?", quoted ones "!", collections "?" or nothing.
  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      throw YamlError{place_of(mark), "tags (!) are not allowed here"};
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (open_.size() == max_yaml_depth)
      throw YamlError{place_of(mark),
                      "nested too deeply; at most " + std::to_string(max_yaml_depth) + " levels are allowed"};
    open_.push_back({node_at(mark, kind), std::nullopt});
  }

  void close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    put(std::move(node));
  }

  /// A finished node finds its place: the root, the next item, a key, or the value of the last key.
  void put(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& [parent, key] = open_.back();
    if (parent.kind == YamlNode::Kind::sequence) {
      parent.items.push_back(std::move(node));
    } else if (key) {
      parent.entries.push_back({std::move(key->text), key->place, std::move(node)});
      key.reset();
    } else if (node.kind == YamlNode::Kind::scalar) {
      key = Key{std::move(node.text), node.place};
    } else {
      throw YamlError{node.place, "a key must be plain text"};
    }
  }

  bool started_ = false;
  YamlNode root_;
  std::vector<Open> open_;
};

}  // namespace

tl::expected<YamlNode, YamlError> read_yaml(std::string_view text) {
  if (text.size() > max_yaml_bytes) return tl::unexpected(YamlError{{}, "is larger than 1 MiB"});
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    TreeBuilder builder;
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const YamlError& error) {
    return tl::unexpected(error);
  } catch (const YAML::Exception& error) {
    return tl::unexpected(YamlError{place_of(error.mark), "this is no YAML: " + error.msg});
  }
}

}  // namespace tributary::policy
