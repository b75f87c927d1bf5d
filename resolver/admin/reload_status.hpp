#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/locked.hpp"

namespace tributary::resolver {

/// Of the wall clock.
inline std::chrono::sys_seconds present_second() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// How reading the configuration again has gone. Thread-safe.
class ReloadStatus {
 public:
  using Time = std::chrono::sys_seconds;

  struct View {
    Time loaded;  ///< When the present configuration was read.
    std::uint64_t succeeded = 0, failed = 0;
    std::vector<std::string> errors{};  ///< Of the last reload; empty if it succeeded, or there was none.
  };

  /// `loaded`: when the first configuration was read.
  explicit ReloadStatus(Time loaded) : view_(View{loaded}) {}

  void succeeded(Time now) {
    view_.with([now](View& view) {
      ++view.succeeded;
      view.loaded = now;
      view.errors.clear();
    });
  }
  /// `errors` are sentences, one at least.
  void failed(std::vector<std::string> errors) {
    view_.with([&errors](View& view) {
      ++view.failed;
      view.errors = std::move(errors);
    });
  }
  View view() const {
    return view_.with([](const View& view) { return view; });
  }

 private:
  Locked<View> view_;
};

}  // namespace tributary::resolver
