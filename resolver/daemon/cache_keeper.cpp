#include "resolver/daemon/cache_keeper.hpp"

#include <asio/post.hpp>

#include "base/call_logged.hpp"

namespace tributary::resolver {

CacheKeeper::~CacheKeeper() {
  stop_ = true;
  end_work();
}

void CacheKeeper::start() {
  timers_.set(*this, timers_.now() + interval_);
  begin([this] { loaded_ = tools_.load(stop_); });
}

void CacheKeeper::stop() {
  cancel();
  stop_ = true;
  end_work();
  if (loaded_) tools_.save();
}

void CacheKeeper::expire() {
  timers_.set(*this, timers_.now() + interval_);  // first: there may be no thread to be had
  if (loaded_ && !work_.joinable()) begin(tools_.save);
}

void CacheKeeper::begin(std::function<void()> work) {
  work_ = std::thread([this, work = std::move(work)] {
    constexpr auto what = "loading or saving the cache";
    call_logged(what, work);
    call_logged(what, [this] { asio::post(executor_, [this] { end_work(); }); });
  });
}

void CacheKeeper::end_work() {
  if (work_.joinable()) work_.join();
}

}  // namespace tributary::resolver
