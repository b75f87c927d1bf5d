#include "base/file_replacement.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tributary {
namespace {

tl::unexpected<std::string> system_error(int error = errno) {
  return tl::unexpected(std::generic_category().message(error));
}

std::filesystem::path fresh_name(const std::filesystem::path& file) {
  return file.string() + ".new";
}

/// False if it was renamed or removed between opening and locking: it is another's by now.
bool still_at(const std::filesystem::path& file, int descriptor) {
  struct stat there {
  }, ours{};
  return ::stat(file.c_str(), &there) == 0 && ::fstat(descriptor, &ours) == 0 &&
         there.st_ino == ours.st_ino && there.st_dev == ours.st_dev;
}

}  // namespace

tl::expected<FileReplacement, std::string> FileReplacement::begin(const std::filesystem::path& file) {
  const auto fresh = fresh_name(file);
  constexpr mode_t owner_only = 0600;
  Descriptor descriptor(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, owner_only));
  if (!descriptor) return system_error();
  if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0)
    return system_error(errno == EWOULDBLOCK ? EBUSY : errno);
  if (!still_at(fresh, descriptor.get())) return system_error(EBUSY);
  if (::fchmod(descriptor.get(), owner_only) != 0 || ::ftruncate(descriptor.get(), 0) != 0)
    return system_error();
  return FileReplacement(file, std::move(descriptor));
}

FileReplacement::~FileReplacement() {
  if (descriptor_) ::unlink(fresh_name(file_).c_str());
}

tl::expected<void, std::string> FileReplacement::append(std::span<const std::uint8_t> octets) {
  while (!octets.empty()) {
    const auto written = ::write(descriptor_.get(), octets.data(), octets.size());
    if (written < 0 && errno != EINTR) return system_error();
    if (written > 0) octets = octets.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

tl::expected<void, std::string> FileReplacement::finish() {
  if (::fsync(descriptor_.get()) != 0) return system_error();
  if (::rename(fresh_name(file_).c_str(), file_.c_str()) != 0) return system_error();
  descriptor_ = Descriptor(-1);
  // The new name is only on the disk once the folder is.
  const Descriptor folder(::open(file_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return system_error();
  return {};
}

}  // namespace tributary
