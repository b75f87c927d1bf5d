#include "base/state_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "base/file_replacement.hpp"

namespace tributary {
namespace {

tl::unexpected<std::string> system_error(int error = errno) {
  return tl::unexpected(std::generic_category().message(error));
}

}  // namespace

tl::expected<std::optional<std::string>, std::string> read_state_file(const std::filesystem::path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) {
    if (errno == ENOENT) return std::nullopt;
    return system_error();
  }
  std::string text;
  char part[4096];
  for (;;) {
    const auto count = ::read(descriptor.get(), part, sizeof part);
    if (count == 0) return text;
    if (count < 0 && errno != EINTR) return system_error();
    if (count > 0) text.append(part, static_cast<std::size_t>(count));
    if (text.size() > max_state_file_bytes) return system_error(EFBIG);
  }
}

tl::expected<void, std::string> read_pieces(const std::filesystem::path& file,
                                            const std::function<bool(std::span<const std::uint8_t>)>& take) {
  constexpr std::size_t piece_size = std::size_t{64} << 10;
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return errno == ENOENT ? tl::expected<void, std::string>() : system_error();
  std::vector<std::uint8_t> piece(piece_size);
  for (;;) {
    const auto count = ::read(descriptor.get(), piece.data(), piece.size());
    if (count == 0) return {};
    if (count < 0 && errno != EINTR) return system_error();
    if (count > 0 && !take(std::span(piece).first(static_cast<std::size_t>(count)))) return {};
  }
}

tl::expected<void, std::string> replace_state_file(const std::filesystem::path& file, std::string_view text) {
  auto replacement = FileReplacement::begin(file);
  if (!replacement) return tl::unexpected(replacement.error());
  const auto octets = std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  return replacement->append(octets).and_then([&] { return replacement->finish(); });
}

}  // namespace tributary
