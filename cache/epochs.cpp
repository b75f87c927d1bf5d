// Why it holds: the reader announces itself and then looks at the epoch; the writer ends the epoch and then
// looks at the announcement. All four are sequentially consistent, so at least one sees the other's: either
// the writer finds the reader and waits, or the reader has seen the end of the epoch, and with it that the
// thing is out of sight. An announcement that is late names an earlier epoch than it could, which only delays
// the reuse.

#include "cache/epochs.hpp"

#include <algorithm>

namespace tributary::cache {

Epochs::Reader::Reader(Epochs& epochs) : epochs_(epochs) {
  epochs_.readers_.with([this](auto& readers) { readers.push_back(this); });
}

Epochs::Reader::~Reader() {
  epochs_.readers_.with([this](auto& readers) { std::erase(readers, this); });
}

void Epochs::Reader::enter() {
  entered_.store(epochs_.now_.load(std::memory_order_relaxed), std::memory_order_seq_cst);
  static_cast<void>(epochs_.now_.load(std::memory_order_seq_cst));
}

bool Epochs::passed(Epoch retired) const {
  return readers_.with([retired](const auto& readers) {
    return std::ranges::all_of(readers, [retired](const Reader* reader) {
      return reader->entered_.load(std::memory_order_seq_cst) > retired;
    });
  });
}

}  // namespace tributary::cache
