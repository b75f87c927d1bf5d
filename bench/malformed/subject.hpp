#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace tributary::malformed {

/// Keeps the calling thread, and what it starts from now on, on one core.
void stay_on_core(int core);

/// The daemon under test: one worker on core 0, with one upstream. Runs while this lives.
class Subject {
 public:
  /// `program`: the daemon. `port`: where it is to listen; `upstream`: whom it asks, both on 127.0.0.1.
  Subject(const std::string& program, std::uint16_t port, std::uint16_t upstream);
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  /// User and system time that it has used.
  std::chrono::nanoseconds cpu_time() const;
  /// Datagrams that the kernel has dropped because the daemon did not read them in time.
  std::uint64_t drops() const;

 private:
  std::uint16_t port_;
  std::filesystem::path folder_;
  pid_t process_;
};

}  // namespace tributary::malformed
