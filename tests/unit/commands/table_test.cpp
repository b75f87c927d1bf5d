#include "resolver/commands/table.hpp"

#include <gtest/gtest.h>

#include "resolver/commands/printable.hpp"

namespace tributary::commands {
namespace {

TEST(Table, AlignsItsColumns) {
  Table table({{"NAME"}, {"COUNT", Table::Align::right}, {"WHY"}});
  table.add({"a", "7", "first"});
  table.add({"longer", "12345", ""});
  EXPECT_EQ(table.text(),
            "NAME    COUNT  WHY\n"
            "a           7  first\n"
            "longer  12345\n");
}

TEST(Table, CutsTheLastColumn) {
  Table table({{"A"}, {"B"}});
  table.add({"x", std::string(200, 'y')});
  EXPECT_EQ(table.text(10), "A  B\nx  yyyyyy…\n");
}

TEST(Wrapped, BreaksLinesAtSpacesAndIndentsThem) {
  EXPECT_EQ(wrapped("! ", "one two three", 100), "! one two three\n");
  EXPECT_EQ(wrapped("! ", "one two three", 9), "! one two\n  three\n");
  EXPECT_EQ(wrapped("! ", "one two three", 8), "! one\n  two\n  three\n");
  EXPECT_EQ(wrapped("! ", "extraordinary a", 8), "! extra…\n  a\n");
  EXPECT_EQ(wrapped("! ", "", 8), "! \n");
}

TEST(Table, LetsNothingCommandTheTerminal) {
  Table table({{"A"}});
  table.add({"\033[2J<script>\n"});
  EXPECT_EQ(table.text(), "A\n?[2J<script>?\n");
}

TEST(Printable, KeepsLettersOfAllLanguages) {
  EXPECT_EQ(printable("Zürich → 日本"), "Zürich → 日本");
  EXPECT_EQ(printable("a\x07\x7f\xc2\x9b"), "a???");
}

TEST(Shortened, CountsCharacters) {
  EXPECT_EQ(shortened("äöü", 3), "äöü");
  EXPECT_EQ(shortened("äöüß", 3), "äö…");
  EXPECT_EQ(shortened("abc", 1), "…");
  EXPECT_EQ(shortened("abc", 0), "");
}

}  // namespace
}  // namespace tributary::commands
