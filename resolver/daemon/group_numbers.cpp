#include "resolver/daemon/group_numbers.hpp"

namespace tributary::resolver {

std::uint16_t GroupNumbers::next(const std::set<std::uint16_t>& taken) {
  std::uint16_t number;
  do {
    number = next_++;
    if (next_ == 0) began_anew_ = true;
  } while (taken.contains(number));
  return number;
}

}  // namespace tributary::resolver
