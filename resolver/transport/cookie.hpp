#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace tributary::resolver {

/// The data of a COOKIE option (RFC 7873 §4): our cookie, and the server's if there is one. Empty: no option.
class Cookie {
 public:
  static constexpr std::size_t client_size = 8;
  static constexpr std::size_t least_server_size = 8;
  static constexpr std::size_t most_server_size = 32;
  static constexpr std::size_t most_size = client_size + most_server_size;

  Cookie() = default;
  /// Requires: at most `most_size` octets.
  explicit Cookie(std::span<const std::uint8_t> data) : size_(static_cast<std::uint8_t>(data.size())) {
    std::ranges::copy(data, octets_.begin());
  }

  std::span<const std::uint8_t> data() const { return std::span(octets_).first(size_); }
  bool empty() const { return size_ == 0; }
  bool has_server_part() const { return size_ > client_size; }
  /// Requires: not empty.
  std::span<const std::uint8_t> client_part() const { return data().first(client_size); }

 private:
  std::array<std::uint8_t, most_size> octets_{};
  std::uint8_t size_ = 0;
};

}  // namespace tributary::resolver
