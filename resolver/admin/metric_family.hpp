#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/latency_histogram.hpp"

namespace tributary::resolver {

/// One metric with all its series, written in Prometheus' text format (version 0.0.4).
class MetricFamily {
 public:
  enum class Type { counter, gauge, histogram };
  struct Label {
    std::string_view name, value;
  };
  using Labels = std::initializer_list<Label>;

  /// The name is `prefix` and `name`; both and `help` are literals of ours, and need no escaping.
  MetricFamily(std::string_view name, std::string_view help, Type type,
               std::string_view prefix = "tributary_");

  void add(Labels labels, double value) { add_sample("", labels, {}, value); }
  /// A histogram, in seconds.
  void add(Label label, const LatencyCounts& counts);

  const std::string& text() const { return text_; }

 private:
  void add_sample(std::string_view suffix, Labels labels, std::string_view bound, double value);

  std::string name_;
  std::string text_;
};

}  // namespace tributary::resolver
