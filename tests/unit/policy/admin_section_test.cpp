#include "policy/admin_section.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.hpp"

namespace tributary::policy {
namespace {

using ::testing::HasSubstr;

class AdminSection : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    return folder / name;
  }

  TemporaryFolder folder;
};

TEST_F(AdminSection, FilesAreRelativeToTheConfiguration) {
  write("admin.token", "0123456789abcdef\n");
  const auto file =
      write("t.yaml", R"(admin: { listen: "127.0.0.1:9153", socket: c.sock, token_file: admin.token })");
  const auto config = read_config(file);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->file, file);
  EXPECT_EQ(config->admin.listen->to_text(), "127.0.0.1:9153");
  EXPECT_EQ(config->admin.socket, folder / "c.sock");
  EXPECT_EQ(config->admin.token_file, folder / "admin.token");
}

TEST_F(AdminSection, IsOptional) {
  for (const auto* yaml : {"", "admin: {}"}) {
    const auto config = parse_config(yaml, "t.yaml");
    ASSERT_TRUE(config) << yaml;
    EXPECT_FALSE(config->admin.listen || config->admin.socket || config->admin.token_file);
  }
}

TEST_F(AdminSection, IsFoundInAFileThatIsWrongElsewhere) {
  const auto file = write("t.yaml", "wrokers: 2\nadmin: { socket: /run/here.sock }\nlisten: 7\n");
  EXPECT_FALSE(read_config(file));
  EXPECT_EQ(admin_of_file(file).socket, "/run/here.sock");
}

TEST_F(AdminSection, ThereIsNoneInWhatIsNoConfiguration) {
  EXPECT_FALSE(admin_of_file(write("t.yaml", "admin: {{{")).socket);
  EXPECT_FALSE(admin_of_file(write("list.yaml", "[1, 2]")).socket);
  EXPECT_FALSE(admin_of_file(folder / "nowhere.yaml").socket);
}

TEST_F(AdminSection, ATokenIsOneLongWord) {
  EXPECT_EQ(read_token(write("good", "  0123456789abcdef \r\n")).value(), "0123456789abcdef");
  for (const auto* text : {"", "short", "0123456789 abcdef", "\n\n"}) {
    const auto token = read_token(write("bad", text));
    ASSERT_FALSE(token) << text;
    EXPECT_THAT(token.error(), HasSubstr("at least 16 characters"));
  }
  EXPECT_THAT(read_token(folder / "nowhere").error(), HasSubstr("cannot be read: No such file"));
}

}  // namespace
}  // namespace tributary::policy
