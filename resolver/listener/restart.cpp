#include "resolver/listener/restart.hpp"

namespace tributary::resolver {

void Restart::soon() noexcept {
  cancel();
  try {
    timers_.set(*this, timers_.now());
  } catch (...) {
    // It is set all the same: whoever sets the next timer wakes it, too.
  }
}

void Restart::expire() {
  try {
    start_();
  } catch (...) {
    soon();
  }
}

}  // namespace tributary::resolver
