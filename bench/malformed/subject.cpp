#include "bench/malformed/subject.hpp"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <fstream>
#include <sstream>

#include "bench/loopback_socket.hpp"

namespace tributary::malformed {
namespace {

std::filesystem::path make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "malformed.XXXXXX").string();
  checked(mkdtemp(name.data()) == nullptr ? -1 : 0, "mkdtemp");
  return name;
}

void write_config(const std::filesystem::path& file, std::uint16_t port, std::uint16_t upstream) {
  std::ofstream(file) << "listen: [\"udp://127.0.0.1:" << port << "\"]\nworkers: 1\ndnssec: { mode: off }\n"
                      << "upstreams: { u: { url: \"udp://127.0.0.1:" << upstream << "\" } }\n";
}

pid_t start(const std::string& program, const std::filesystem::path& config) {
  const pid_t process = checked(fork(), "fork");
  if (process > 0) return process;
  stay_on_core(0);
  execl(program.c_str(), program.c_str(), "run", "--config", config.c_str(), nullptr);
  _exit(127);
}

}  // namespace

void stay_on_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  checked(sched_setaffinity(0, sizeof cores, &cores), "sched_setaffinity");
}

Subject::Subject(const std::string& program, std::uint16_t port, std::uint16_t upstream)
    : port_(port), folder_(make_folder()) {
  const auto config = folder_ / "tributary.yaml";
  write_config(config, port, upstream);
  process_ = start(program, config);
}

Subject::~Subject() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
  std::filesystem::remove_all(folder_);
}

std::chrono::nanoseconds Subject::cpu_time() const {
  clockid_t clock = 0;
  errno = clock_getcpuclockid(process_, &clock);
  checked(-errno, "the daemon has ended");
  timespec time{};
  checked(clock_gettime(clock, &time), "clock_gettime");
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// The second field of a line is the local address, "0100007F:PORT" in hexadecimal; the last counts drops.
std::uint64_t Subject::drops() const {
  std::ifstream sockets("/proc/net/udp");
  std::uint64_t sum = 0;
  for (std::string line; std::getline(sockets, line);) {
    std::istringstream fields(line);
    std::string slot, local, last;
    fields >> slot >> local;
    const auto colon = local.find(':');
    if (colon == std::string::npos || std::stoul(local.substr(colon + 1), nullptr, 16) != port_) continue;
    while (fields >> last) {
    }
    sum += std::stoull(last);
  }
  return sum;
}

}  // namespace tributary::malformed
