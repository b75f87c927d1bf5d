// A panel for each scenario and rate, four in a row. Both axes are logarithmic: the tail is what differs.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "bench/simulate/report.hpp"

namespace tributary::simulate {
namespace {

constexpr double panel_width = 380, panel_height = 260;
constexpr double plot_left = 52, plot_top = 34, plot_width = 310, plot_height = 178;
constexpr std::size_t panels_in_row = 4;
constexpr double decades_x = 4, decades_y = 4;  // 1 ms to 10 s, 100 % to 0.01 %
constexpr double lowest_share = 1e-4;
constexpr double legend_row = 20, title_height = 64;

/// Told apart by those who do not see all colours, too; ours are drawn thicker.
constexpr std::array colours{"#0072b2", "#d55e00", "#009e73", "#7f7f7f", "#cc79a7", "#e69f00",
                             "#56b4e9", "#8c564b", "#b2a100", "#5e3c99", "#1b1b1b", "#7fb800"};

struct Style {
  const Model* model;
  const char* colour;
};

std::vector<Style> styles_of(const Results& results) {
  std::vector<Style> out;
  for (const auto& cell : results.cells()) {
    if (std::ranges::find(out, cell.model, &Style::model) == out.end()) {
      out.push_back({cell.model, colours[out.size() % colours.size()]});
    }
  }
  return out;
}

std::string stroke(const Style& style) {
  const bool ours = style.model->kind == Model::Kind::ours;
  const bool dashed = style.model->kind == Model::Kind::oracle;
  return fmt::format("stroke=\"{}\" stroke-width=\"{}\"{}", style.colour, ours ? 2.6 : 1.4,
                     dashed ? " stroke-dasharray=\"5 3\"" : "");
}

std::string label(double x, double y, const char* anchor, std::string_view text, const char* more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, more,
                     text);
}

std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n", x1, y1, x2, y2,
                     style);
}

double x_of(double decade) {
  return plot_left + plot_width * decade / decades_x;
}
double y_of(double decades_below_all) {
  return plot_top + plot_height * decades_below_all / decades_y;
}

std::string axes(const std::string& title) {
  constexpr std::array times{"1 ms", "10 ms", "100 ms", "1 s", "10 s"};
  constexpr std::array shares{"100 %", "10 %", "1 %", "0.1 %", "0.01 %"};
  const std::string grid = "stroke=\"#e2e2e2\"";
  std::string out = label(plot_left, plot_top - 12, "start", title, " font-weight=\"600\" fill=\"#111\"");
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double decade = static_cast<double>(i);
    out += line(x_of(decade), plot_top, x_of(decade), plot_top + plot_height, grid);
    out += label(x_of(decade), plot_top + plot_height + 16, "middle", times[i]);
    out += line(plot_left, y_of(decade), plot_left + plot_width, y_of(decade), grid);
    out += label(plot_left - 6, y_of(decade) + 4, "end", shares[i]);
  }
  return out;
}

/// Queries by the bucket of their latency; a last bucket for those that never got a right answer.
std::vector<double> counts_of(const Cell& cell) {
  std::vector<double> out(Latencies::buckets + 1);
  for (const auto& run : cell.runs) {
    std::ranges::transform(run.histogram, out, out.begin(), std::plus());
    out.back() += static_cast<double>(run.bad_during);
  }
  return out;
}

/// The share of the queries that had no right answer yet, at the beginning of each bucket.
std::string curve(const Cell& cell, const Style& style) {
  const auto counts = counts_of(cell);
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  double waiting = all;
  std::string points;
  for (std::size_t i = 0; i < counts.size() && waiting >= all * lowest_share; ++i) {
    points += fmt::format("{:.1f},{:.1f} ", x_of(static_cast<double>(i) / Latencies::buckets_per_decade),
                          y_of(-std::log10(waiting / all)));
    waiting -= counts[i];
  }
  return fmt::format("<polyline points=\"{}\" fill=\"none\" stroke-linejoin=\"round\" {}/>\n", points,
                     stroke(style));
}

std::string legend(const std::vector<Style>& styles) {
  std::string out;
  for (std::size_t i = 0; i < styles.size(); ++i) {
    const double x = 52 + static_cast<double>(i % 2) * 2 * panel_width;
    const double y = title_height + legend_row * static_cast<double>(i / 2);
    out += line(x, y - 4, x + 28, y - 4, stroke(styles[i]));
    out += label(x + 36, y, "start", fmt::format("{}: {}", styles[i].model->name, styles[i].model->what));
  }
  return out;
}

/// A panel's cells stand together.
std::vector<std::span<const Cell>> panels_of(const Results& results) {
  std::vector<std::span<const Cell>> out;
  const std::span<const Cell> cells = results.cells();
  for (std::size_t begin = 0, end = 0; begin < cells.size(); begin = end) {
    while (end < cells.size() && cells[end].scenario == cells[begin].scenario &&
           cells[end].rate == cells[begin].rate) {
      ++end;
    }
    out.push_back(cells.subspan(begin, end - begin));
  }
  return out;
}

std::string panel(std::span<const Cell> cells, const std::vector<Style>& styles, double x, double y) {
  const Cell& first = cells.front();
  std::string out = fmt::format("<g transform=\"translate({:.1f} {:.1f})\">\n", x, y);
  out += axes(fmt::format("{}, {}/s", first.scenario->title, first.rate));
  // Ours are drawn last, so that they lie above.
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) {
    out += curve(*cell, *std::ranges::find(styles, cell->model, &Style::model));
  }
  return out + "</g>\n";
}

}  // namespace

std::string svg(const Results& results) {
  const auto styles = styles_of(results);
  const auto panels = panels_of(results);
  const double top = title_height + legend_row * static_cast<double>((styles.size() + 1) / 2) + 6;
  const std::size_t columns = std::min(panels_in_row, std::max<std::size_t>(panels.size(), 1));
  const double rows = std::ceil(static_cast<double>(panels.size()) / static_cast<double>(columns));
  const double width = panel_width * static_cast<double>(panels_in_row) + 10;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" "
      "font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"11\" fill=\"#444\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
      width, top + rows * panel_height + 10);
  out += label(52, 34, "start", "Queries without a right answer after …, while the fault lasts (simulated)",
               " font-size=\"18\" font-weight=\"600\" fill=\"#111\"");
  out += legend(styles);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    out += panel(panels[i], styles, panel_width * static_cast<double>(i % columns),
                 top + panel_height * static_cast<double>(i / columns));
  }
  return out + "</svg>\n";
}

}  // namespace tributary::simulate
