#include "resolver/admin/unix_listener.hpp"

#include <sys/stat.h>
#include <sys/un.h>

namespace tributary::resolver {
namespace {

using Local = asio::local::stream_protocol;

constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

/// What stands in the way of binding to `file`, after what a dead process has left there is removed.
std::string clear_place(asio::io_context& loop, const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(file, error);
  if (!std::filesystem::exists(status)) return {};
  if (!std::filesystem::is_socket(status)) return "it is there already, and no socket; remove it";
  asio::error_code answer;
  Local::socket probe(loop);
  probe.connect(Local::endpoint(file.string()), answer);
  if (!answer) return "another daemon answers on it; stop that one, or choose another file";
  if (answer != asio::error::connection_refused) return answer.message();
  std::filesystem::remove(file, error);
  return error ? error.message() : std::string();
}

}  // namespace

tl::expected<std::unique_ptr<UnixListener>, std::string> UnixListener::open(
    asio::io_context& loop, const std::filesystem::path& file) {
  const auto failed = [&file](const std::string& why) {
    return tl::unexpected("admin socket \"" + file.string() + "\" cannot be used: " + why);
  };
  if (file.native().size() > longest_path)
    return failed("its path is longer than " + std::to_string(longest_path) +
                  " octets; choose a shorter one");
  if (std::error_code none; !std::filesystem::is_directory(folder_of(file), none))
    return failed("there is no folder " + folder_of(file).string() + "; make it, or choose another file");
  if (const auto obstacle = clear_place(loop, file); !obstacle.empty()) return failed(obstacle);
  Acceptor acceptor(loop, Local());
  asio::error_code error;
  acceptor.bind(Local::endpoint(file.string()), error);
  // Before anybody can connect: nobody is waited for yet.
  if (!error && ::chmod(file.c_str(), 0660) != 0) error.assign(errno, asio::error::get_system_category());
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed(error.message());
  return std::unique_ptr<UnixListener>(new UnixListener(std::move(acceptor), file));
}

/// While it is still ours: a successor replaces what nobody answers on.
UnixListener::~UnixListener() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

}  // namespace tributary::resolver
