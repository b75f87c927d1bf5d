#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "dns/record.hpp"
#include "resolver/dnssec/denial.hpp"

namespace tributary::dnssec {

inline std::ostream& operator<<(std::ostream& out, Denied denied) {
  constexpr const char* texts[] = {"no", "yes", "insecurely", "too dear"};
  return out << texts[static_cast<std::size_t>(denied)];
}

inline std::ostream& operator<<(std::ostream& out, Denial::NoDs no_ds) {
  constexpr const char* texts[] = {"unproven", "not a cut", "insecure delegation", "no such name",
                                   "too dear"};
  return out << texts[static_cast<std::size_t>(no_ds)];
}

namespace testing {

using Lines = std::vector<std::string>;

inline dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

inline Rrset set_of(const std::string& line) {
  const auto record = dns::parse_record(line).value();
  return {record.owner, record.type, record.ttl, {record.rdata}, {}};
}

/// Denial records as a reply of `zone` brings them, one set a line of presentation format, and the budget of
/// a query.
class DenialRecords {
 public:
  DenialRecords(std::string_view zone, const Lines& lines) : zone_(name(zone)) {
    for (const auto& line : lines) sets_.push_back(set_of(line));
  }

  ValidationBudget& budget() { return budget_; }

  /// Requires: this object stays until it has been used.
  Denial denial(std::uint16_t iterations_limit = Denial::most_iterations) {
    std::vector<const Rrset*> all;
    for (const auto& set : sets_) all.push_back(&set);
    return Denial(zone_, all, budget_, iterations_limit);
  }

  Denied name_error(std::string_view at) { return denial().name_error(name(at)); }
  Denied no_data(std::string_view at, dns::Type type) { return denial().no_data(name(at), type); }
  Denied no_closer_match(std::string_view at, std::uint8_t labels) {
    return denial().no_closer_match(name(at), labels);
  }
  Denial::NoDs no_ds(std::string_view at) { return denial().no_ds(name(at)); }

 private:
  dns::Name zone_;
  std::vector<Rrset> sets_;
  ValidationBudget budget_;
};

/// `prove` gives `proven` with all of `lines`, and `unproven` when any one of them is missing or replaced by
/// another one of `whole_zone`.
template <typename Proof>
void expect_needs_all(std::string_view zone, const Lines& lines, const Lines& whole_zone, Proof proven,
                      Proof unproven, const std::function<Proof(DenialRecords&)>& prove) {
  const auto proof_by = [&](const Lines& some) {
    DenialRecords records(zone, some);
    return prove(records);
  };
  EXPECT_EQ(proof_by(lines), proven);
  for (std::size_t missing = 0; missing < lines.size(); ++missing) {
    Lines others = lines;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(missing));
    EXPECT_EQ(proof_by(others), unproven) << "without " << lines[missing];
    for (const auto& other : whole_zone) {
      if (other == lines[missing]) continue;
      Lines replaced = others;
      replaced.push_back(other);
      EXPECT_EQ(proof_by(replaced), unproven) << other << " instead of " << lines[missing];
    }
  }
}

}  // namespace testing
}  // namespace tributary::dnssec
