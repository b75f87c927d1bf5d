#include "base/file_replacement.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <string_view>

#include "base/state_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tributary {
namespace {

class FileReplacementTest : public ::testing::Test {
 protected:
  static std::span<const std::uint8_t> octets(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }
  std::string contents() const { return read_state_file(file).value().value_or("no file"); }
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  }

  TemporaryFolder folder;
  std::filesystem::path file = folder / "cache";
};

TEST_F(FileReplacementTest, TakesThePlaceWhenItIsFinished) {
  ASSERT_TRUE(replace_state_file(file, "old"));
  auto replacement = FileReplacement::begin(file).value();
  ASSERT_TRUE(replacement.append(octets("new ")));
  ASSERT_TRUE(replacement.append(octets("contents")));
  EXPECT_EQ(contents(), "old");
  ASSERT_TRUE(replacement.finish());
  EXPECT_EQ(contents(), "new contents");
  EXPECT_EQ(files(), 1);
}

TEST_F(FileReplacementTest, LeavesNothingBehindWhenItIsGivenUp) {
  ASSERT_TRUE(replace_state_file(file, "old"));
  ASSERT_TRUE(FileReplacement::begin(file)->append(octets("new")));
  EXPECT_EQ(contents(), "old");
  EXPECT_EQ(files(), 1);
}

TEST_F(FileReplacementTest, GoesOverWhatAKilledProcessHasLeft) {
  const auto left = folder / "cache.new";
  ASSERT_TRUE(replace_state_file(left, "half of something longer"));
  std::filesystem::permissions(left, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  auto replacement = FileReplacement::begin(file).value();
  ASSERT_TRUE(replacement.append(octets("whole")));
  ASSERT_TRUE(replacement.finish());
  EXPECT_EQ(contents(), "whole");
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(files(), 1);
}

TEST_F(FileReplacementTest, IsWrittenByOneAtATime) {
  const auto first = FileReplacement::begin(file);
  ASSERT_TRUE(first);
  EXPECT_EQ(FileReplacement::begin(file).error(), "Device or resource busy");
}

TEST_F(FileReplacementTest, IsReadInPieces) {
  const std::string large(200'000, 'x');
  ASSERT_TRUE(replace_state_file(file, large));
  std::string read;
  std::size_t pieces = 0;
  const auto take = [&](std::span<const std::uint8_t> piece) {
    read.append(piece.begin(), piece.end());
    return ++pieces > 0;
  };
  ASSERT_TRUE(read_pieces(file, take));
  EXPECT_EQ(read, large);
  EXPECT_GT(pieces, 1u);
  pieces = 0;
  ASSERT_TRUE(read_pieces(file, [&](auto) { return ++pieces == 0; }));
  EXPECT_EQ(pieces, 1u) << "it was told to stop";
  ASSERT_TRUE(read_pieces(folder / "missing", take));
  EXPECT_EQ(read_pieces(folder.path(), take).error(), "Is a directory");
}

}  // namespace
}  // namespace tributary
