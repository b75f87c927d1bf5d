#pragma once

#include <unistd.h>

#include <utility>

namespace tributary {

/// A file descriptor of the kernel's, closed with its owner.
class Descriptor {
 public:
  /// `number` as open(2) returns it: negative is none.
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

}  // namespace tributary
