#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <span>

#include "bench/simulate/report.hpp"

namespace tributary::simulate {
namespace {

/// As many digits as one can tell apart.
std::string number(double value) {
  if (!std::isfinite(value)) return "–";
  return fmt::format("{:.{}f}", value, value != std::floor(value) && value < 10 ? 2 : 0);
}

std::string text(const Spread& spread) {
  if (spread.least == spread.most) return number(spread.median);
  return fmt::format("{} ({}–{})", number(spread.median), number(spread.least), number(spread.most));
}

/// Nothing if nobody asked then.
template <Figures::Phase phase>
double p99_of(const Figures& run) {
  const auto& latency = run.latency[phase];
  return latency.count == 0 ? std::numeric_limits<double>::infinity() : latency.p99;
}

struct Column {
  const char* title;
  double (*figure)(const Figures& run);
};

constexpr Column columns[] = {
    {"failed", [](const Figures& run) { return static_cast<double>(run.failed); }},
    {"wrong", [](const Figures& run) { return static_cast<double>(run.wrong); }},
    {"p50 ms", p50},
    {"p99 ms", p99},
    {"p99.9 ms", p999},
    {"p99 before", p99_of<Figures::before>},
    {"p99 after", p99_of<Figures::after>},
    {"extra %", [](const Figures& run) { return 100 * extra(run); }},
    {"ejections", ejections},
    {"first after s", ejected_after},
    {"fresh after s", fresh_after},
};

std::string head(const Cell& cell) {
  std::string out = fmt::format("\n### {}: {}, {} queries/s\n\n| model |", cell.scenario->name,
                                cell.scenario->title, cell.rate);
  for (const auto& column : columns) out += fmt::format(" {} |", column.title);
  out += "\n|---|";
  for (std::size_t i = 0; i < std::size(columns); ++i) out += "--:|";
  return out + "\n";
}

std::string row(const Cell& cell) {
  std::string out = fmt::format("| {} |", cell.model->name);
  for (const auto& column : columns) out += fmt::format(" {} |", text(cell.spread(column.figure)));
  return out + "\n";
}

std::string return_head() {
  std::string out =
      "\n### Load of the returning upstream, % of its usual share, by the time since it is back\n\n| model |";
  for (std::size_t i = 0; i < Return::steps; ++i) out += fmt::format(" {}–{} s |", 3 * i, 3 * (i + 1));
  out += "\n|---|";
  for (std::size_t i = 0; i < Return::steps; ++i) out += "--:|";
  return out + "\n";
}

std::string return_rows(const Results& results) {
  std::string out;
  for (const auto& cell : results.cells()) {
    if (cell.scenario->name != std::string_view("recovery")) continue;
    const auto back = load_after_return(cell);
    if (!back) continue;
    out += fmt::format("| {}, {} queries/s |", cell.model->name, cell.rate);
    for (const double load : back->load) out += fmt::format(" {:.0f} |", 100 * load);
    out += "\n";
  }
  return out.empty() ? out : return_head() + out;
}

/// Findings of one bound at one rate, a column for each model.
std::string bound_row(std::span<const Finding> row) {
  const auto& first = row.front();
  std::string out =
      fmt::format("| {} | {} | {} |", first.cell->scenario->name, first.cell->rate, first.bound);
  for (const auto& each : row) {
    const char* const weight = each.met ? "" : "**";
    out += fmt::format(" {0}{1}{0} |", weight, each.figure);
  }
  return out + "\n";
}

std::string bounds_table(const Results& results, const std::vector<Finding>& findings) {
  if (findings.empty()) return "";
  std::string out = "\n### Bounds; what misses one is **bold**\n\n| scenario | queries/s | bound |";
  std::string rule = "|---|--:|---|";
  for (const auto* model : results.models()) {
    out += fmt::format(" {} |", model->name);
    rule += "--:|";
  }
  out += "\n" + rule + "\n";
  for (std::size_t i = 0; i < findings.size(); i += results.models().size()) {
    out += bound_row(std::span(findings).subspan(i, results.models().size()));
  }
  return out;
}

}  // namespace

std::string markdown(const Results& results, const std::vector<Finding>& findings) {
  std::string out;
  const Cell* last = nullptr;
  for (const auto& cell : results.cells()) {
    if (!last || last->scenario != cell.scenario || last->rate != cell.rate) out += head(cell);
    out += row(cell);
    last = &cell;
  }
  return out + return_rows(results) + bounds_table(results, findings);
}

}  // namespace tributary::simulate
