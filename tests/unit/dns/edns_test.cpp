#include "dns/edns.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dns {
namespace {

using namespace std::string_view_literals;
using testing::Octets;
using testing::octets_of;

TEST(EdnsOptions, MustFillTheirRoomExactly) {
  for (const auto good : {""sv, "\0\12\0\0"sv, "\0\12\0\1x"sv, "\0\12\0\0\0\14\0\2ab"sv})
    EXPECT_TRUE(EdnsOptions(octets_of({good})).well_formed()) << good.size();
  for (const auto bad : {"\0"sv, "\0\12\0"sv, "\0\12\0\1"sv, "\0\12\0\1xy"sv, "\0\12\377\377"sv})
    EXPECT_FALSE(EdnsOptions(octets_of({bad})).well_formed()) << bad.size();
}

TEST(EdnsOptions, MustNotBeTooMany) {
  Octets wire;
  for (std::size_t count = 0; count < EdnsOptions::most; ++count)
    append_option(wire, OptionCode::padding, {});
  EXPECT_TRUE(EdnsOptions(wire).well_formed());
  append_option(wire, OptionCode::padding, {});
  EXPECT_FALSE(EdnsOptions(wire).well_formed());
}

TEST(EdnsOptions, FindTheFirstOfACode) {
  const auto wire = octets_of({"\0\12\0\1x\0\14\0\2ab\0\14\0\1c"sv});
  const auto found = EdnsOptions(wire).find(OptionCode::padding);
  ASSERT_TRUE(found);
  EXPECT_EQ(Octets(found->begin(), found->end()), octets_of({"ab"}));
  EXPECT_FALSE(EdnsOptions(wire).find(OptionCode::extended_error));
}

TEST(ExtendedError, IsReadAsWritten) {
  const ExtendedErrorOption error{ExtendedError::dnssec_bogus, "no signature fits \u2713"};
  Octets options;
  append_option(options, OptionCode::cookie, octets_of({"12345678"}));
  append_extended_error(options, error);
  ASSERT_TRUE(EdnsOptions(options).well_formed());
  EXPECT_EQ(extended_error(EdnsOptions(options)), error);
}

std::optional<ExtendedErrorOption> read(std::string_view data) {
  Octets options;
  append_option(options, OptionCode::extended_error, octets_of({data}));
  return extended_error(EdnsOptions(options));
}

TEST(ExtendedError, MayHaveNoText) {
  EXPECT_EQ(read("\0\26"sv), (ExtendedErrorOption{ExtendedError::no_reachable_authority, ""}));
}

TEST(ExtendedError, NeedsItsCode) {
  EXPECT_FALSE(read(""sv));
  EXPECT_FALSE(read("\0"sv));
}

TEST(ExtendedError, LosesATerminator) {
  EXPECT_EQ(read("\0\0why\0"sv)->text, "why");
}

TEST(ExtendedError, LosesATextThatIsNotUtf8) {
  for (const auto bad : {"\0\0\377"sv, "\0\0\303"sv, "\0\0\300\200"sv, "\0\0\340\200\200"sv,
                         "\0\0\355\240\200"sv, "\0\0\364\220\200\200"sv, "\0\0a\200"sv, "\0\0\342\202x"sv})
    EXPECT_EQ(read(bad), (ExtendedErrorOption{ExtendedError::other, ""}));
  for (const auto good : {"\0\0\303\251"sv, "\0\0\342\202\254"sv, "\0\0\360\237\230\200"sv})
    EXPECT_EQ(read(good)->text, good.substr(2));
}

}  // namespace
}  // namespace tributary::dns
