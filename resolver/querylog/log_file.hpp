#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"

namespace tributary::resolver {

/// A file that whole records are appended to; a pipe or a device will do.
///
/// Others may move it away, remove it, or truncate it (logrotate): it is opened anew within a second of being
/// written to. When something cannot be written, it stays in the backlog, and no part of it in the file.
/// Faults are logged when they begin and when they are over.
class LogFile {
 public:
  /// What a file has to begin and end with (a pipe just ends). If that is anything, nothing can be appended
  /// to what an earlier process has left: such a file gets the name PATH.previous, instead of another one
  /// that has it.
  struct Framing {
    std::string begin = {}, end = {};
  };

  LogFile(std::filesystem::path path, Framing framing);
  /// Ends the file; the backlog is lost.
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  /// Whole records that are still to be written: new ones are appended here.
  std::string& backlog() { return backlog_; }
  const std::string& backlog() const { return backlog_; }
  /// Opens the file if it is time to, and writes the backlog. True if nothing of it remains.
  bool write(Instant now);

 private:
  using Identity = std::pair<dev_t, ino_t>;

  void look_after_name();
  bool moved() const;
  void open();
  void make_way() const;
  void close();
  bool write_backlog();
  void failed(int reason);

  const std::filesystem::path path_;
  const Framing framing_;
  std::string backlog_;
  int file_ = -1;
  Identity identity_{};
  bool regular_ = false;              // neither a pipe nor a device
  std::optional<Instant> next_look_;  // at the name
  bool failing_ = false;
};

}  // namespace tributary::resolver
