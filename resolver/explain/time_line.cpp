// A row for each attempt:
//
//   2 cloudflare udp  A www.example.    ├─────────────────────┤            late
//
// Above it a scale, below it where on the scale the answer was given. A bar is thick if its attempt has won.

#include "resolver/explain/time_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/explain/explanation_words.hpp"

namespace tributary::explain {
namespace {

constexpr std::size_t longest_name = 14, longest_way = 9, longest_question = 22, fate_columns = 10,
                      longest_bar = 60;

std::string what(const Attempt& attempt) {
  return dns::to_text(attempt.question.type) + " " + attempt.question.name.to_text();
}

class Drawing {
 public:
  Drawing(const Explanation& explanation, std::size_t width) : explanation_(explanation) {
    for (const auto* attempt : in_order(explanation))
      if (attempt->sent) rows_.push_back(attempt);
    for (const auto* row : rows_) {
      name_ = std::max(name_, std::min(columns(row->upstream), longest_name));
      way_ = std::max(way_, std::min(columns(row->over), longest_way));
      question_ = std::max(question_, std::min(columns(what(*row)), longest_question));
    }
    bar_ = std::min(longest_bar, width - label_columns() - fate_columns);
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    if (rows_.empty()) return out;
    out.push_back(std::string(label_columns(), ' ') + scale());
    for (std::size_t i = 0; i < rows_.size(); ++i) out.push_back(label(i) + bar(*rows_[i]));
    out.push_back(std::string(label_columns() + column_of(explanation_.answered), ' ') + "▲ answered");
    return out;
  }

 private:
  /// "12 name way question ", what separates them included.
  std::size_t label_columns() const { return 3 + name_ + 1 + way_ + 1 + question_ + 2; }

  std::string label(std::size_t row) const {
    const auto& attempt = *rows_[row];
    return fmt::format("{:2} {} {} {}  ", row + 1, fitted(attempt.upstream, name_),
                       fitted(attempt.over, way_), fitted(what(attempt), question_));
  }

  std::string scale() const {
    const auto end = milliseconds_text(explanation_.total);
    return "0" + std::string(bar_ - 1 - end.size(), ' ') + end;
  }

  /// Where that time stands, from 0 to bar_ - 1.
  std::size_t column_of(Duration at) const {
    const auto total = std::max<Duration::rep>(explanation_.total.count(), 1);
    const auto place = static_cast<std::size_t>(at.count() * static_cast<Duration::rep>(bar_ - 1) / total);
    return std::min(place, bar_ - 1);
  }

  std::string bar(const Attempt& attempt) const {
    const auto from = column_of(*attempt.sent);
    const auto to = column_of(attempt.ended.value_or(explanation_.total));
    std::string out(from, ' ');
    if (to > from) out += "├";
    for (auto i = from + 1; i < to; ++i) out += attempt.fate == Fate::won ? "━" : "─";
    out += end_mark(attempt.fate);
    return out + std::string(bar_ - 1 - to, ' ') + " " + std::string(to_text(attempt.fate));
  }

  static std::string_view end_mark(Fate fate) {
    switch (fate) {
      case Fate::won:
        return "●";
      case Fate::failed:
        return "×";
      case Fate::in_flight:
        return "→";
      default:
        return "┤";
    }
  }

  const Explanation& explanation_;
  std::vector<const Attempt*> rows_;
  std::size_t name_ = 0, way_ = 0, question_ = 0, bar_ = 0;
};

}  // namespace

std::vector<std::string> time_line(const Explanation& explanation, std::size_t width) {
  return Drawing(explanation, width).lines();
}

}  // namespace tributary::explain
