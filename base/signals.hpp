#pragma once

#include <csignal>
#include <initializer_list>
#include <optional>

#include "base/descriptor.hpp"

namespace tributary {

/// Signals that are read when there is time for them, and interrupt nothing: no code runs in a handler.
///
/// Belongs to the thread that makes it.
class Signals {
 public:
  /// Blocks `signals` for this thread and for those that it starts while this object lives. Other threads
  /// must have them blocked, or they act there as usual.
  explicit Signals(std::initializer_list<int> signals);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Readable when one has come.
  int descriptor() const { return descriptor_.get(); }
  /// The next that has come; nothing if none has. Does not wait.
  std::optional<int> next() const;

 private:
  sigset_t before_{};
  Descriptor descriptor_{-1};
};

}  // namespace tributary
