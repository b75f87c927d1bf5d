#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tributary::dns {

/// One entry of a master file (RFC 1035 §5.1): a directive or a record, in one line of text without comments
/// and parentheses. Never blank. A record that begins with a space inherits the owner of the one before it.
struct MasterFileEntry {
  std::size_t line = 0;  ///< Its first, counted from 1.
  std::string text;
};

/// Takes a master file apart into its entries.
class MasterFileEntries {
 public:
  struct Error {
    std::size_t line;
    std::string message;
  };

  /// `file` must outlive this.
  explicit MasterFileEntries(std::istream& file) : file_(file) {}

  /// The next entry, or what is wrong with it (one may go on behind it); nothing at the end of the file.
  std::optional<tl::expected<MasterFileEntry, Error>> next();

 private:
  /// Appends a line to `text`; the error is a sentence.
  tl::expected<void, std::string> append_line(std::string_view line, std::string& text);

  std::istream& file_;
  std::size_t line_ = 0;
  std::size_t open_parentheses_ = 0;
};

/// Takes the first word off `text`, with the blanks around it. Empty if there is none.
std::string_view take_word(std::string_view& text);

}  // namespace tributary::dns
