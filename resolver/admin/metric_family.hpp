#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace tributary::resolver {

/// One metric with all its series, written in Prometheus' text format (version 0.0.4).
class MetricFamily {
 public:
  enum class Type { counter, gauge, histogram };
  struct Label {
    std::string_view name, value;
  };
  using Labels = std::initializer_list<Label>;

  /// `name` is without the program's prefix; both it and `help` are literals of ours, and need no escaping.
  MetricFamily(std::string_view name, std::string_view help, Type type);

  void add(Labels labels, double value) { add_sample("", labels, {}, value); }
  /// `counts[i]` is the number of observations above `bounds[i - 1]` and up to `bounds[i]`; the last count
  /// has no upper bound. Requires: one more count than bounds.
  void add_histogram(Label label, std::span<const double> bounds, std::span<const std::uint64_t> counts,
                     double sum);

  const std::string& text() const { return text_; }

 private:
  void add_sample(std::string_view suffix, Labels labels, std::string_view bound, double value);

  std::string name_;
  std::string text_;
};

}  // namespace tributary::resolver
