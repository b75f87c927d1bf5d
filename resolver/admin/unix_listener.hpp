#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <tl/expected.hpp>

namespace tributary::resolver {

/// A listening Unix socket with a file of its own, which goes when it goes.
class UnixListener {
 public:
  using Acceptor = asio::local::stream_protocol::acceptor;

  /// Owner and group may connect (0660). A file that a dead process has left is replaced; one on which
  /// somebody answers, or that is no socket, is an error: a sentence.
  static tl::expected<std::unique_ptr<UnixListener>, std::string> open(asio::io_context& loop,
                                                                       const std::filesystem::path& file);
  ~UnixListener();
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;

  Acceptor& acceptor() { return acceptor_; }

 private:
  UnixListener(Acceptor acceptor, std::filesystem::path file)
      : acceptor_(std::move(acceptor)), file_(std::move(file)) {}

  Acceptor acceptor_;
  std::filesystem::path file_;
};

}  // namespace tributary::resolver
