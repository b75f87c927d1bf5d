#include "resolver/upstream/injected_names.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

dns::Question question(const std::string& name) {
  return {dns::Name::parse(name).value(), dns::Type::A, dns::Class::IN};
}

constexpr Instant start{std::chrono::hours(1)};

TEST(InjectedNames, ANameIsSuspiciousForAnHourWhateverItsCase) {
  InjectedNames names;
  EXPECT_FALSE(names.suspicious(question("a.example.").name, start));
  names.note(question("a.example."), start);
  const auto end = start + InjectedNames::remembered_for;
  EXPECT_TRUE(names.suspicious(question("A.Example.").name, end - Duration(1)));
  EXPECT_FALSE(names.suspicious(question("a.example.").name, end));
  EXPECT_FALSE(names.suspicious(question("b.a.example.").name, start));
}

TEST(InjectedNames, NotingANameAgainRenewsTheHour) {
  InjectedNames names;
  names.note(question("a.example."), start);
  names.note(question("a.example."), start + std::chrono::minutes(59));
  EXPECT_TRUE(names.suspicious(question("a.example.").name, start + std::chrono::minutes(118)));
}

TEST(InjectedNames, TheOldestLeaveWhenThereAreTooMany) {
  InjectedNames names;
  const auto nth = [](std::size_t n) { return question("n" + std::to_string(n) + ".example."); };
  for (std::size_t n = 0; n <= InjectedNames::capacity; ++n) names.note(nth(n), start);
  EXPECT_FALSE(names.suspicious(nth(0).name, start));
  EXPECT_TRUE(names.suspicious(nth(1).name, start));
  EXPECT_TRUE(names.suspicious(nth(InjectedNames::capacity).name, start));
}

}  // namespace
}  // namespace tributary::resolver
