#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include <tl/expected.hpp>

#include "base/descriptor.hpp"

namespace tributary {

/// What is to take the place of a file, written piece by piece. Whatever happens, the power failing included,
/// the file has either its old contents or all of the new.
///
/// Until it is finished it stands beside the file, as FILE.new, which is removed if it is given up, and
/// written over if an earlier process was killed before it could. Only its owner may read it. All calls
/// block; the errors are the system's words.
class FileReplacement {
 public:
  /// An error, too, if another process writes one for the same file.
  static tl::expected<FileReplacement, std::string> begin(const std::filesystem::path& file);
  ~FileReplacement();
  FileReplacement(FileReplacement&&) = default;
  FileReplacement& operator=(FileReplacement&&) = delete;

  tl::expected<void, std::string> append(std::span<const std::uint8_t> octets);
  /// Once it is on the disk, it takes the file's place. Nothing is called afterwards.
  tl::expected<void, std::string> finish();

 private:
  FileReplacement(std::filesystem::path file, Descriptor descriptor)
      : file_(std::move(file)), descriptor_(std::move(descriptor)) {}

  std::filesystem::path file_;
  Descriptor descriptor_;  // none any more: it was finished, or moved from
};

}  // namespace tributary
