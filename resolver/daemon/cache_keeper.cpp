#include "resolver/daemon/cache_keeper.hpp"

#include <asio/post.hpp>

namespace tributary::resolver {

CacheKeeper::~CacheKeeper() {
  stop_ = true;
  end_work();
}

void CacheKeeper::start() {
  begin([this] { loaded_ = tools_.load(stop_); });
  timers_.set(*this, timers_.now() + interval_);
}

void CacheKeeper::stop() {
  cancel();
  stop_ = true;
  end_work();
  if (loaded_) tools_.save();
}

void CacheKeeper::expire() {
  if (loaded_ && !work_.joinable()) begin(tools_.save);
  timers_.set(*this, timers_.now() + interval_);
}

void CacheKeeper::begin(std::function<void()> work) {
  work_ = std::thread([this, work = std::move(work)] {
    work();
    asio::post(executor_, [this] { end_work(); });
  });
}

void CacheKeeper::end_work() {
  if (work_.joinable()) work_.join();
}

}  // namespace tributary::resolver
