#include "base/state_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "tests/support/temporary_folder.hpp"

namespace tributary {
namespace {

class StateFile : public ::testing::Test {
 protected:
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  }

  TemporaryFolder folder;
  std::filesystem::path file = folder / "state";
};

TEST_F(StateFile, IsNothingBeforeItIsWritten) {
  const auto text = read_state_file(file);
  ASSERT_TRUE(text) << text.error();
  EXPECT_EQ(*text, std::nullopt);
}

TEST_F(StateFile, IsReplacedAsAWhole) {
  const std::string large(100'000, 'x');
  for (const std::string& text : {large, std::string("short\n"), std::string(), std::string("\0\xff", 2)}) {
    const auto replaced = replace_state_file(file, text);
    ASSERT_TRUE(replaced) << replaced.error();
    EXPECT_EQ(read_state_file(file).value(), text);
    EXPECT_EQ(files(), 1);
  }
}

TEST_F(StateFile, IsForItsOwnerAlone) {
  ASSERT_TRUE(replace_state_file(file, "text"));
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(StateFile, TellsWhyItCannotBeWrittenAndLeavesNothingBehind) {
  EXPECT_EQ(replace_state_file(folder / "missing" / "state", "text").error(), "No such file or directory");
  std::filesystem::create_directory(file);
  EXPECT_EQ(replace_state_file(file, "text").error(), "Is a directory");
  EXPECT_EQ(files(), 1);
}

TEST_F(StateFile, TellsWhyItCannotBeRead) {
  std::filesystem::create_directory(file);
  EXPECT_EQ(read_state_file(file).error(), "Is a directory");
  ASSERT_TRUE(replace_state_file(folder / "large", std::string(max_state_file_bytes + 1, 'x')));
  EXPECT_EQ(read_state_file(folder / "large").error(), "File too large");
}

}  // namespace
}  // namespace tributary
