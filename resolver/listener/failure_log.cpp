#include "resolver/listener/failure_log.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace tributary::resolver {
namespace {

const char* words_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();  // `failure` keeps it
  } catch (...) {
    return "something without a description";
  }
}

}  // namespace

void FailureLog::note(std::string_view activity, const std::exception_ptr& failure) noexcept {
  if (!failure) return;
  failures_.add();
  const Instant now = clock_.now();
  if (now < log_again_at_) {
    ++unsaid_;
    return;
  }
  log_again_at_ = now + std::chrono::seconds(1);
  spdlog::error("{} failed: {} ({} more such failures since the last one told)", activity, words_of(failure),
                std::exchange(unsaid_, 0));
}

}  // namespace tributary::resolver
