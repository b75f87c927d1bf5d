#include "dns/registered_domain.hpp"

#include <gtest/gtest.h>

namespace tributary::dns {
namespace {

TEST(RegisteredDomain, IsGuessedFromTheLastLabels) {
  struct Case {
    const char *name, *registered;
  };
  for (const auto& [name, registered] : {
           Case{".", "."},
           {"com.", "com."},
           {"example.com.", "example.com."},
           {"www.example.com.", "example.com."},
           {"a.b.c.example.com.", "example.com."},
           {"example.de.", "example.de."},
           {"www.example.de.", "example.de."},
           {"co.uk.", "co.uk."},
           {"example.co.uk.", "example.co.uk."},
           {"www.example.co.uk.", "example.co.uk."},
           {"www.example.gov.au.", "example.gov.au."},
           {"www.bbc.com.", "bbc.com."},
           {"www.info.example.", "info.example."},
       }) {
    EXPECT_EQ(registered_domain(Name::parse(name).value()).to_text(), registered) << name;
  }
}

TEST(RegisteredDomain, KeepsTheCaseInWhichItWasWritten) {
  EXPECT_EQ(registered_domain(Name::parse("www.ExAmple.CO.uk.").value()).to_text(), "ExAmple.CO.uk.");
}

}  // namespace
}  // namespace tributary::dns
