#pragma once

#include "base/task.hpp"

namespace tributary {

/// Runs tasks that nobody awaits, each until it ends or the nursery does: what is still suspended then is
/// destroyed with it. Belongs to one thread.
class Nursery {
 public:
  Nursery() = default;
  ~Nursery() { clear(); }
  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;

  /// Runs `task` until it first waits; the rest when what it waits for comes. An exception that leaves it is
  /// logged with `what`, a text that lives for ever; nothing else is affected.
  void start(Task<> task, const char* what);
  /// True if nothing is suspended.
  bool empty() const { return first_ == nullptr; }
  /// Destroys what is suspended.
  void clear();

 private:
  /// A task's place in the list of those that run.
  struct Place {
    Place* next;
    Place** link;
    std::coroutine_handle<> frame;
  };
  struct Root;

  static Root run(Nursery* nursery, Task<> task, const char* what);

  Place* first_ = nullptr;
};

}  // namespace tributary
