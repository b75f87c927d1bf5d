#include "resolver/querylog/log_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class LogFileTest : public ::testing::Test {
 protected:
  /// Appends `text` and writes it; whether nothing remains.
  bool write(LogFile& file, const std::string& text) {
    file.backlog() += text;
    return file.write(now);
  }

  TemporaryFolder folder;
  const std::filesystem::path path = folder / "log";
  Instant now{1h};
};

TEST_F(LogFileTest, IsThereBeforeAnythingIsWritten) {
  LogFile file(path, {});
  EXPECT_TRUE(file.write(now));
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(LogFileTest, IsReadableByItsGroupOnly) {
  LogFile file(path, {});
  file.write(now);
  EXPECT_EQ(std::filesystem::status(path).permissions() & std::filesystem::perms::others_all,
            std::filesystem::perms::none);
}

TEST_F(LogFileTest, Appends) {
  std::ofstream(path) << "old\n";
  LogFile file(path, {});
  EXPECT_TRUE(write(file, "one\n"));
  EXPECT_TRUE(write(file, "two\n"));
  EXPECT_EQ(read(path), "old\none\ntwo\n");
}

TEST_F(LogFileTest, IsOpenedAnewWhenItWasMoved) {
  LogFile file(path, {});
  write(file, "one\n");
  std::filesystem::rename(path, folder / "log.1");
  write(file, "two\n");
  now += 1s;
  write(file, "three\n");
  EXPECT_EQ(read(folder / "log.1"), "one\ntwo\n");
  EXPECT_EQ(read(path), "three\n");
}

TEST_F(LogFileTest, IsOpenedAnewWhenAnotherHasItsName) {
  LogFile file(path, {});
  write(file, "one\n");
  std::ofstream(folder / "new") << "";
  std::filesystem::rename(folder / "new", path);
  now += 1s;
  write(file, "two\n");
  EXPECT_EQ(read(path), "two\n");
}

TEST_F(LogFileTest, GoesOnAtTheStartWhenItWasTruncated) {
  LogFile file(path, {});
  write(file, "one\n");
  std::filesystem::resize_file(path, 0);
  write(file, "two\n");
  EXPECT_EQ(read(path), "two\n");
}

TEST_F(LogFileTest, KeepsWhatItCannotWrite) {
  LogFile file("/dev/full", {});
  EXPECT_FALSE(write(file, "one\n"));
  EXPECT_EQ(file.backlog(), "one\n");
}

TEST_F(LogFileTest, IsOpenedOnceItCanBe) {
  LogFile file(folder.path() / "later" / "log", {});
  EXPECT_FALSE(write(file, "one\n"));
  std::filesystem::create_directory(folder / "later");
  EXPECT_FALSE(file.write(now + 999ms));  // looked for once a second only
  now += 1s;
  EXPECT_TRUE(file.write(now));
  EXPECT_EQ(read(folder.path() / "later" / "log"), "one\n");
}

/// The largest file that this process may write, for a while.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t octets) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{octets, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

TEST_F(LogFileTest, LeavesNoHalfOfARecord) {
  LogFile file(path, {});
  ASSERT_TRUE(write(file, "one\n"));
  {
    const FileSizeLimit limit(6);
    EXPECT_FALSE(write(file, "two\n"));
    EXPECT_EQ(read(path), "one\n");
  }
  EXPECT_TRUE(file.write(now));
  EXPECT_EQ(read(path), "one\ntwo\n");
}

TEST_F(LogFileTest, WritesIntoAPipeThatHasAReader) {
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  LogFile file(path, {});
  EXPECT_FALSE(write(file, "one\n"));
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK);
  now += 1s;
  EXPECT_TRUE(file.write(now));
  char octets[10];
  EXPECT_EQ(::read(reader, octets, sizeof octets), 4);
  close(reader);
}

TEST_F(LogFileTest, BeginsAndEndsAsItHasTo) {
  {
    LogFile file(path, {"begin ", "end"});
    write(file, "one ");
    write(file, "two ");
  }
  EXPECT_EQ(read(path), "begin one two end");
}

TEST_F(LogFileTest, EachFileBeginsAndEnds) {
  {
    LogFile file(path, {"begin ", "end"});
    write(file, "one ");
    std::filesystem::rename(path, folder / "log.1");
    now += 1s;
    write(file, "two ");
  }
  EXPECT_EQ(read(folder / "log.1"), "begin one end");
  EXPECT_EQ(read(path), "begin two end");
}

TEST_F(LogFileTest, WhatCannotBeAppendedToIsKept) {
  for (const auto* text : {"first", "second"}) {
    std::ofstream(path) << text;
    LogFile(path, {"begin", ""}).write(now);
    EXPECT_EQ(read(folder / "log.previous"), text);
    EXPECT_EQ(read(path), "begin");
  }
}

TEST_F(LogFileTest, AnEmptyFileIsJustUsed) {
  std::ofstream(path) << "";
  LogFile(path, {"begin", ""}).write(now);
  EXPECT_FALSE(std::filesystem::exists(folder / "log.previous"));
}

}  // namespace
}  // namespace tributary::resolver
