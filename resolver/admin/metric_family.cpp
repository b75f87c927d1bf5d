#include "resolver/admin/metric_family.hpp"

#include <array>
#include <charconv>

namespace tributary::resolver {
namespace {

std::string_view to_text(MetricFamily::Type type) {
  switch (type) {
    case MetricFamily::Type::counter:
      return "counter";
    case MetricFamily::Type::gauge:
      return "gauge";
    case MetricFamily::Type::histogram:
      return "histogram";
  }
  return "untyped";
}

/// The shortest digits that read as the same number, without an exponent.
std::string to_text(double value) {
  std::array<char, 512> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed).ptr;
  return std::string(digits.data(), end);
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
  out.append(out.back() == '{' ? "" : ",").append(name).append("=\"");
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  out += '"';
}

}  // namespace

MetricFamily::MetricFamily(std::string_view name, std::string_view help, Type type, std::string_view prefix)
    : name_(std::string(prefix).append(name)) {
  text_.append("# HELP ").append(name_).append(" ").append(help).append("\n# TYPE ").append(name_);
  text_.append(" ").append(to_text(type)).append("\n");
}

void MetricFamily::add_sample(std::string_view suffix, Labels labels, std::string_view bound, double value) {
  text_.append(name_).append(suffix);
  if (labels.size() > 0) {
    text_ += '{';
    for (const auto& label : labels) append_label(text_, label.name, label.value);
    if (!bound.empty()) append_label(text_, "le", bound);
    text_ += '}';
  }
  text_.append(" ").append(to_text(value)).append("\n");
}

void MetricFamily::add(Label label, const LatencyCounts& counts) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts.buckets.size(); ++i) {
    below += counts.buckets[i];
    const auto bound = i < latency_bounds.size()
                           ? to_text(std::chrono::duration<double>(latency_bounds[i]).count())
                           : "+Inf";
    add_sample("_bucket", {label}, bound, static_cast<double>(below));
  }
  add_sample("_sum", {label}, {}, static_cast<double>(counts.nanoseconds) / 1e9);
  add_sample("_count", {label}, {}, static_cast<double>(below));
}

}  // namespace tributary::resolver
