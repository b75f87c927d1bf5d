#pragma once

#include <string>
#include <vector>

namespace tributary::commands {

/// Rows of text with aligned columns, for a terminal.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  static constexpr std::size_t usual_width = 100;

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Requires: a cell for each column. Cells are made printable.
  void add(std::vector<std::string> cells);
  /// Lines with titles above; the last column is cut so that none is wider than `width`.
  std::string text(std::size_t width = usual_width) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace tributary::commands
