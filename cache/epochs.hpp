#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/locked.hpp"

namespace tributary::cache {

/// Tells when memory that was taken out of sight may be used again: when nobody is left who may have seen it.
///
/// A reader announces the epoch in which it enters. Whoever takes something out of sight (where others find
/// it no more) ends the epoch with `retire`; once all readers that are inside have entered later, nobody sees
/// it. Entering waits for nobody.
class Epochs {
 public:
  using Epoch = std::uint64_t;

  /// The place of one reading thread. Made and destroyed under a lock; entering and leaving take none.
  class Reader {
   public:
    explicit Reader(Epochs& epochs);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// Requires: not inside.
    void enter();
    void leave() { entered_.store(outside, std::memory_order_release); }

   private:
    friend class Epochs;
    static constexpr Epoch outside = std::numeric_limits<Epoch>::max();

    Epochs& epochs_;
    // A cache line of its own: it is written at every query.
    alignas(64) std::atomic<Epoch> entered_{outside};
  };

  /// Ends the epoch in which the caller's thing went out of sight, and names it. Any thread.
  Epoch retire() { return now_.fetch_add(1, std::memory_order_seq_cst); }
  /// True if all readers inside have entered after `retired` had ended. Any thread.
  bool passed(Epoch retired) const;

 private:
  alignas(64) std::atomic<Epoch> now_{0};
  Locked<std::vector<const Reader*>> readers_;
};

}  // namespace tributary::cache
