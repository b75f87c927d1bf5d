#include "resolver/querylog/sleeper.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tributary::resolver {
namespace {

int milliseconds_of(std::optional<Duration> time) {
  if (!time) return -1;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(*time).count());
}

}  // namespace

Sleeper::Sleeper() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Sleeper::~Sleeper() {
  close(event_);
}

void Sleeper::wake() noexcept {
  if (asleep_.load() && asleep_.exchange(false)) eventfd_write(event_, 1);
}

void Sleeper::sleep(const std::function<bool()>& has_work, pollfd other, std::optional<Duration> longest) {
  asleep_.store(true);
  if (!has_work()) {
    pollfd awaited[] = {{event_, POLLIN, 0}, other};
    poll(awaited, 2, milliseconds_of(longest));
  }
  asleep_.store(false);
  eventfd_t ignored = 0;
  eventfd_read(event_, &ignored);
}

}  // namespace tributary::resolver
