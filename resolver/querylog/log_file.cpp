#include "resolver/querylog/log_file.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tributary::resolver {
namespace {

constexpr Duration look_interval = std::chrono::seconds(1);

/// Writes to `file` until the system takes no more; returns how much it took.
std::size_t write_some(int file, std::string_view octets) {
  std::size_t done = 0;
  while (done < octets.size()) {
    const auto count = ::write(file, octets.data() + done, octets.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

}  // namespace

LogFile::LogFile(std::filesystem::path path, Framing framing)
    : path_(std::move(path)), framing_(std::move(framing)) {}

LogFile::~LogFile() {
  close();
}

bool LogFile::write(Instant now) {
  if (!next_look_ || now >= *next_look_) {
    next_look_ = now + look_interval;
    look_after_name();
  }
  return file_ >= 0 ? write_backlog() : backlog_.empty();
}

void LogFile::look_after_name() {
  if (file_ >= 0 && moved()) close();
  if (file_ < 0) open();
}

/// The name belongs to another file now, or to none.
bool LogFile::moved() const {
  struct stat named {};
  return ::stat(path_.c_str(), &named) != 0 || Identity(named.st_dev, named.st_ino) != identity_;
}

/// Never waits for the reader of a pipe; what nobody can tell apart from other files is not truncated.
void LogFile::open() {
  if (!framing_.begin.empty()) make_way();
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
  struct stat opened {};
  if (file_ < 0 || ::fstat(file_, &opened) != 0) return failed(errno);
  identity_ = {opened.st_dev, opened.st_ino};
  regular_ = S_ISREG(opened.st_mode);
  if (write_some(file_, framing_.begin) == framing_.begin.size()) return;
  failed(errno);
  ::close(std::exchange(file_, -1));
}

void LogFile::make_way() const {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path_, ignored) || std::filesystem::file_size(path_, ignored) == 0)
    return;
  std::filesystem::rename(path_, path_.string() + ".previous", ignored);
}

void LogFile::close() {
  if (file_ < 0) return;
  if (regular_) write_some(file_, framing_.end);  // a pipe without a reader would answer with SIGPIPE
  ::close(std::exchange(file_, -1));
}

bool LogFile::write_backlog() {
  if (backlog_.empty()) return true;
  const off_t end = ::lseek(file_, 0, SEEK_END);
  const std::size_t done = write_some(file_, backlog_);
  const int reason = errno;
  if (done == backlog_.size()) {
    if (std::exchange(failing_, false)) spdlog::info("query log: {} is written to again", path_.string());
    backlog_.clear();
    return true;
  }
  // The next record must not be glued to half of this one. What went into a pipe cannot be taken back.
  if (end < 0 || ::ftruncate(file_, end) != 0) backlog_.erase(0, done);
  failed(reason);
  return false;
}

void LogFile::failed(int reason) {
  if (std::exchange(failing_, true)) return;
  spdlog::warn("query log: cannot write to {}: {}; until that is mended, queries are left out and counted",
               path_.string(), std::generic_category().message(reason));
}

}  // namespace tributary::resolver
