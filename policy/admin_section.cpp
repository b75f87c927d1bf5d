#include "policy/admin_section.hpp"

#include <sys/un.h>

#include <fstream>

#include "policy/address_text.hpp"
#include "policy/quote.hpp"
#include "policy/readable_file.hpp"
#include "policy/yaml_document.hpp"

namespace tributary::policy {
namespace {

constexpr std::size_t longest_token = 4096;

std::optional<SocketAddress> read_listen(const Field& field) {
  const auto address =
      field.parsed([](std::string_view text) { return parse_socket_address(text, std::nullopt); });
  if (address && !address->address.is_loopback())
    field.complain(quote(address->to_text()) + " is no loopback address; anybody could read there");
  return address;
}

std::optional<std::filesystem::path> read_socket(const Field& field, const std::filesystem::path& folder) {
  const auto text = field.text();
  if (!text) return std::nullopt;
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  auto socket = folder / *text;
  if (text->empty() || socket.native().size() > longest)
    field.complain(quote(*text) + " cannot be the path of a socket; it needs 1 to " +
                   std::to_string(longest) + " octets");
  return socket;
}

std::optional<std::filesystem::path> read_token_file(const Field& field,
                                                     const std::filesystem::path& folder) {
  const auto text = field.text();
  if (!text) return std::nullopt;
  auto file = folder / *text;
  if (const auto token = read_token(file); !token) field.complain(token.error());
  return file;
}

}  // namespace

tl::expected<std::string, std::string> read_token(const std::filesystem::path& file) {
  if (const auto why = why_unreadable(file))
    return tl::unexpected("\"" + file.string() + "\" cannot be read: " + *why);
  std::string text(longest_token, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  constexpr std::string_view space = " \t\r\n";
  text.erase(0, std::min(text.find_first_not_of(space), text.size()));
  text.erase(text.find_last_not_of(space) + 1);
  const bool printable = text.find_first_of(space) == text.npos;
  if (text.size() >= shortest_token && printable) return text;
  return tl::unexpected("\"" + file.string() + "\" holds no token: one word of at least " +
                        std::to_string(shortest_token) +
                        " characters, as \"openssl rand -hex 32\" makes them");
}

AdminConfig read_admin(const Section& root, const std::filesystem::path& folder) {
  AdminConfig out;
  const auto* field = root.find("admin");
  if (field == nullptr) return out;
  const Section section(*field, {"listen", "socket", "token_file"});
  if (const auto* listen = section.find("listen")) out.listen = read_listen(*listen);
  if (const auto* socket = section.find("socket")) out.socket = read_socket(*socket, folder);
  if (const auto* token = section.find("token_file")) {
    out.token_file = read_token_file(*token, folder);
    if (!section.find("listen"))
      token->complain_of_name("\"token_file\" is for what comes over TCP; add listen, or remove it");
  }
  return out;
}

AdminConfig admin_of_file(const std::filesystem::path& file) {
  std::string text(max_yaml_bytes, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  const auto document = read_yaml(text);
  if (!document || document->kind != YamlNode::Kind::mapping) return {};
  Complaints unheard(file.string());
  for (const auto& [key, place, value] : document->entries) {
    if (key != "admin") continue;
    YamlNode alone;
    alone.kind = YamlNode::Kind::mapping;
    alone.entries.push_back({key, place, value});
    return read_admin(Section(Field(alone, "", unheard), {"admin"}), file.parent_path());
  }
  return {};
}

}  // namespace tributary::policy
