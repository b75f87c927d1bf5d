#include "resolver/commands/table.hpp"

#include <algorithm>

#include "resolver/commands/printable.hpp"

namespace tributary::commands {
namespace {

constexpr std::string_view gap = "  ";

std::string padded(const std::string& text, std::size_t width, Table::Align align) {
  const std::string space(width - std::min(width, width_of(text)), ' ');
  return align == Table::Align::left ? text + space : space + text;
}

void end_line(std::string& out) {
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text(std::size_t width) const {
  std::vector<std::string> titles;
  for (const auto& column : columns_) titles.push_back(column.title);
  std::vector<std::vector<std::string>> lines{titles};
  lines.insert(lines.end(), rows_.begin(), rows_.end());
  std::vector<std::size_t> widths(columns_.size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  std::size_t before_last = 0;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) before_last += widths[i] + gap.size();
  widths.back() = std::min(widths.back(), width - std::min(width, before_last));
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      out.append(i == 0 ? "" : gap)
          .append(padded(shortened(line[i], widths[i]), widths[i], columns_[i].align));
    end_line(out);
  }
  return out;
}

}  // namespace tributary::commands
