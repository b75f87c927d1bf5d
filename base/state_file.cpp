#include "base/state_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace tributary {
namespace {

tl::unexpected<std::string> system_error(int error = errno) {
  return tl::unexpected(std::generic_category().message(error));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

tl::expected<void, std::string> replace_by(const std::string& fresh, int descriptor,
                                           const std::filesystem::path& file, std::string_view text) {
  if (!write_all(descriptor, text) || ::fsync(descriptor) != 0) return system_error();
  if (::rename(fresh.c_str(), file.c_str()) != 0) return system_error();
  // The new name is only on the disk once the folder is.
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return system_error();
  return {};
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

tl::expected<void, std::string> replace_state_file(const std::filesystem::path& file, std::string_view text) {
  std::string fresh = file.string() + ".XXXXXX";
  const Descriptor descriptor(::mkostemp(fresh.data(), O_CLOEXEC));  // mode 0600
  if (!descriptor) return system_error();
  auto replaced = replace_by(fresh, descriptor.get(), file, text);
  if (!replaced) ::unlink(fresh.c_str());
  return replaced;
}

}  // namespace tributary
