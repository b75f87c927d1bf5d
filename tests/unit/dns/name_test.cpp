#include "dns/name.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dns {
namespace {

using namespace std::string_view_literals;
using testing::name;
using testing::Octets;
using testing::octets_of;

std::string label(std::size_t length) {
  return std::string(length, 'x');
}

/// 63 + 63 + 63 + `last` octets in four labels: 192 + last + 2 octets on the wire.
std::string four_labels(std::size_t last) {
  return label(63) + '.' + label(63) + '.' + label(63) + '.' + label(last);
}

TEST(NameParse, ReadsLabels) {
  const auto expected = octets_of({"\3www\7example\0"sv});
  EXPECT_TRUE(std::ranges::equal(name("www.example.").wire(), expected));
  EXPECT_TRUE(std::ranges::equal(name("www.example").wire(), expected));
}

TEST(NameParse, ReadsTheRoot) {
  EXPECT_TRUE(name(".").is_root());
}

TEST(NameParse, ReadsEscapes) {
  EXPECT_TRUE(std::ranges::equal(name(R"(a\.b.\000\255\c.)").wire(), octets_of({"\3a.b\3\0\377c\0"sv})));
}

TEST(NameParse, RefusesMalformedText) {
  for (const auto* text : {"", "..", ".a", "a..b", "a..", "a\\", "a\\1", "a\\12", "a\\12x", "a\\256"})
    EXPECT_FALSE(Name::parse(text)) << text;
}

TEST(NameParse, SaysWhatIsWrong) {
  EXPECT_EQ(Name::parse(label(64)).error(), "a label is longer than 63 octets");
  EXPECT_EQ(Name::parse(four_labels(62)).error(), "the name is longer than 255 octets");
}

TEST(NameParse, TakesTheLongestLabelAndName) {
  EXPECT_EQ(name(label(63)).wire().size(), 65u);
  EXPECT_EQ(name(four_labels(61)).wire().size(), Name::max_length);
  EXPECT_EQ(name(four_labels(61) + '.').wire().size(), Name::max_length);
}

TEST(NameParse, RefusesTheNameOneOctetTooLong) {
  EXPECT_FALSE(Name::parse(four_labels(62)));
  EXPECT_FALSE(Name::parse(four_labels(62) + '.'));
  EXPECT_FALSE(Name::parse(four_labels(60) + ".a"));
  EXPECT_FALSE(Name::parse(four_labels(60) + ".a."));
}

TEST(NameText, EscapesAndEndsWithTheDot) {
  EXPECT_EQ(Name().to_text(), ".");
  EXPECT_EQ(name("WWW.Example").to_text(), "WWW.Example.");
  EXPECT_EQ(name(R"(a\.b\\c\032\;.\200)").to_text(), R"(a\.b\\c\032\;.\200.)");
}

TEST(NameText, IsReadBackForEveryOctet) {
  for (int octet = 0; octet < 256; ++octet) {
    const auto value = static_cast<std::uint8_t>(octet);
    const Name one = Name().with_label({&value, 1}).value();
    EXPECT_TRUE(name(one.to_text()).identical(one)) << octet;
  }
}

TEST(NameWire, RefusesWhatIsNotExactlyOneName) {
  EXPECT_TRUE(Name::from_wire(octets_of({"\1a\0"sv})));
  for (const auto wire : {""sv, "\1a"sv, "\1"sv, "\1a\0\0"sv, "\100"sv, "\1a\300\0"sv})
    EXPECT_FALSE(Name::from_wire(octets_of({wire}))) << wire.size();
}

TEST(NameWire, RefusesMoreThan255Octets) {
  Octets wire;
  for (int i = 0; i < 127; ++i) wire.insert(wire.end(), {1, 'a'});
  wire.push_back(0);
  EXPECT_TRUE(Name::from_wire(wire));
  wire.insert(wire.begin(), {1, 'a'});
  EXPECT_FALSE(Name::from_wire(wire));
}

// Messages below: twelve octets of header, then "example." at 12, then what the case adds at 21.
Octets message_with(std::string_view addition) {
  return octets_of({"\0\0\0\0\0\0\0\0\0\0\0\0"sv, "\7example\0"sv, addition});
}

TEST(NameCompression, FollowsPointersBackwards) {
  std::size_t end = 0;
  const auto read = Name::from_message(message_with("\3www\300\14"), 21, &end);
  EXPECT_EQ(read, name("www.example."));
  EXPECT_EQ(end, 27u);
}

TEST(NameCompression, FollowsPointersToPointers) {
  EXPECT_EQ(Name::from_message(message_with("\1a\300\14\1b\300\25"), 25), name("b.a.example."));
}

TEST(NameCompression, NamesAreComparedInPlace) {
  // "WWW" + pointer to example.; then www.example. whole; then a pointer to the first; then ww.example.
  const auto message = message_with("\3WWW\300\14\3www\7example\0\300\25\2ww\300\14"sv);
  constexpr std::size_t pointed = 21, whole = 27, pointer = 40, other = 42, parent = 12;
  for (const auto a : {pointed, whole, pointer})
    for (const auto b : {pointed, whole, pointer}) EXPECT_TRUE(Name::equal_in_message(message, a, b));
  for (const auto a : {pointed, whole, pointer, parent}) {
    EXPECT_FALSE(Name::equal_in_message(message, a, other)) << a;
    EXPECT_FALSE(Name::equal_in_message(message, other, a)) << a;
  }
  EXPECT_FALSE(Name::equal_in_message(message, parent, whole));
  for (const auto name : {pointed, whole, pointer, other, parent})
    EXPECT_TRUE(Name::within_in_message(message, name, parent)) << name;
  EXPECT_TRUE(Name::within_in_message(message, pointer, whole));
  EXPECT_FALSE(Name::within_in_message(message, parent, whole));
  EXPECT_FALSE(Name::within_in_message(message, other, whole));
}

TEST(NameCompression, RefusesBadPointers) {
  const struct {
    const char* what;
    std::string_view addition;
    std::size_t offset;
  } cases[] = {
      {"to itself", "\300\25"sv, 21},
      {"forward", "\300\27\1a\0"sv, 21},
      {"into the header", "\300\13"sv, 21},
      {"to the start of the message", "\300\0"sv, 21},
      {"into its own part", "\1a\300\25"sv, 21},
      {"loop of two", "\300\27\300\25"sv, 23},
      {"cut off", "\300"sv, 21},
      {"label type 01", "\100\14"sv, 21},
      {"label type 10", "\200\14"sv, 21},
      {"behind the end", "\1a"sv, 23},
  };
  for (const auto& bad : cases) {
    EXPECT_FALSE(Name::from_message(message_with(bad.addition), bad.offset)) << bad.what;
    EXPECT_FALSE(Name::end_in_message(message_with(bad.addition), bad.offset)) << bad.what;
  }
}

TEST(NameCompression, RefusesAChainOfPointersThatNobodyNeeds) {
  Octets message(12);
  message.push_back(0);
  for (std::size_t target = 12; message.size() < 13 + 2 * 17; target = message.size() - 2) {
    message.push_back(static_cast<std::uint8_t>(0xC0 | target >> 8));
    message.push_back(static_cast<std::uint8_t>(target));
  }
  EXPECT_TRUE(Name::from_message(message, message.size() - 4));
  EXPECT_FALSE(Name::from_message(message, message.size() - 2));
}

TEST(NameCompression, RefusesANameThatGrowsTooLong) {
  Octets message(12);
  const Name longest = name(four_labels(61));
  message.insert(message.end(), longest.wire().begin(), longest.wire().end());
  const std::size_t offset = message.size();
  message.insert(message.end(), {1, 'a', 0xC0, 12});
  EXPECT_TRUE(Name::from_message(message, 12));
  EXPECT_FALSE(Name::from_message(message, offset));
}

TEST(Name, KnowsItsParts) {
  const Name www = name("www.example.org.");
  EXPECT_EQ(www.label_count(), 3u);
  EXPECT_TRUE(std::ranges::equal(www.first_label(), "www"sv));
  EXPECT_EQ(www.parent(), name("example.org."));
  EXPECT_EQ(www.suffix(1), name("org."));
  EXPECT_EQ(www.suffix(3), www);
  EXPECT_EQ(www.suffix(0), Name());
  EXPECT_EQ(Name().parent(), Name());
  EXPECT_EQ(Name().label_count(), 0u);
  EXPECT_TRUE(Name().first_label().empty());
}

TEST(Name, KnowsWildcards) {
  EXPECT_TRUE(name("*.example.").is_wildcard());
  EXPECT_TRUE(name("*").is_wildcard());
  EXPECT_FALSE(name("a.*.example.").is_wildcard());
  EXPECT_FALSE(name("**.example.").is_wildcard());
}

TEST(Name, AddsALabelWhileThereIsRoom) {
  const auto star = octets_of({"*"});
  EXPECT_EQ(name("example.").with_label(star), name("*.example."));
  EXPECT_TRUE(name(four_labels(59)).with_label(star));
  EXPECT_FALSE(name(four_labels(60)).with_label(star));
  EXPECT_FALSE(Name().with_label({}));
  EXPECT_FALSE(Name().with_label(Octets(64, 'x')));
}

TEST(Name, ReplacesItsEnding) {
  EXPECT_EQ(name("a.b.old.").with_suffix_replaced(name("old."), name("new.example.")),
            name("a.b.new.example."));
  EXPECT_EQ(name("a.old.").with_suffix_replaced(name("old."), Name()), name("a."));
  EXPECT_EQ(name("a.").with_suffix_replaced(Name(), name("b.")), name("a.b."));
  EXPECT_FALSE(name("a.b.old.").with_suffix_replaced(name("old."), name(four_labels(61))));
}

TEST(Name, LiesWithinOnLabelBoundaries) {
  EXPECT_TRUE(name("www.EXAMPLE.").is_within(name("example.")));
  EXPECT_TRUE(name("example.").is_within(name("example.")));
  EXPECT_TRUE(name("example.").is_within(Name()));
  EXPECT_FALSE(name("notexample.").is_within(name("example.")));
  EXPECT_FALSE(name("example.").is_within(name("www.example.")));
  EXPECT_FALSE(name(R"(a\003org.)").is_within(name("org.")));
}

TEST(Name, ComparesWithoutRegardToCase) {
  EXPECT_EQ(name("WwW.example."), name("www.EXAMPLE."));
  EXPECT_EQ(name("WwW.example.").hash(), name("www.EXAMPLE.").hash());
  EXPECT_FALSE(name("WwW.example.").identical(name("www.example.")));
  EXPECT_TRUE(name("WwW.example.").lower_cased().identical(name("www.example.")));
  EXPECT_NE(name("[."), name("{."));  // 0x20 apart, but no letters
}

TEST(Name, IsOrderedCanonically) {  // the example of RFC 4034 §6.1
  const char* ordered[] = {"example.",           "a.example.",      "yljkjljk.a.example.",
                           "Z.a.example.",       "zABC.a.EXAMPLE.", "z.example.",
                           R"(\001.z.example.)", "*.z.example.",    R"(\200.z.example.)"};
  for (std::size_t i = 0; i < std::size(ordered); ++i)
    for (std::size_t j = 0; j < std::size(ordered); ++j) {
      const int order = Name::canonical_compare(name(ordered[i]), name(ordered[j]));
      EXPECT_EQ(order < 0, i < j) << ordered[i] << ' ' << ordered[j];
      EXPECT_EQ(order == 0, i == j) << ordered[i] << ' ' << ordered[j];
    }
}

}  // namespace
}  // namespace tributary::dns
