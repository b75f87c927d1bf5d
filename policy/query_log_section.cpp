#include "policy/query_log_section.hpp"

#include <sys/un.h>

#include "policy/quote.hpp"

namespace tributary::policy {
namespace {

using Path = std::filesystem::path;

std::optional<Path> read_file_name(const Field& field, std::string_view text, const Path& folder) {
  const auto file = folder / text;
  std::error_code ignored;
  if (!text.empty() && !std::filesystem::is_directory(file, ignored)) return file;
  field.complain(quote(text) + " is no name of a file that can be written to");
  return std::nullopt;
}

std::optional<Path> read_socket_name(const Field& field, std::string_view text, const Path& folder) {
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  const auto name = read_file_name(field, text, folder);
  if (!name || name->native().size() <= longest) return name;
  field.complain(quote(name->native()) + " is too long for a socket; at most " + std::to_string(longest) +
                 " octets are allowed");
  return std::nullopt;
}

void read_dnstap(const Field& field, const Path& folder, QueryLogConfig& out) {
  constexpr std::string_view socket = "unix:", file = "file:";
  const auto text = field.text();
  if (!text) return;
  if (text->starts_with(socket)) {
    out.dnstap_socket = read_socket_name(field, std::string_view(*text).substr(socket.size()), folder);
  } else if (text->starts_with(file)) {
    out.dnstap_file = read_file_name(field, std::string_view(*text).substr(file.size()), folder);
  } else {
    field.complain(quote(*text) + " begins with neither \"unix:\" (a socket) nor \"file:\"");
  }
}

void read_client_bits(const Field& field, QueryLogConfig& out) {
  const Section section(field, {"ipv4", "ipv6"});
  out.ipv4_bits = static_cast<std::uint8_t>(section.number(limits_of("query_log.client_bits.ipv4")));
  out.ipv6_bits = static_cast<std::uint8_t>(section.number(limits_of("query_log.client_bits.ipv6")));
}

}  // namespace

QueryLogConfig read_query_log(const Section& root, const Path& folder) {
  const auto* field = root.find("query_log");
  if (field == nullptr) return {};
  const Section section(*field, {"dnstap", "json", "sample", "client_bits", "queue"});
  const auto *dnstap = section.find("dnstap"), *json = section.find("json");
  if (dnstap == nullptr && json == nullptr && field->is_mapping())
    field->complain(
        "has neither \"dnstap\" nor \"json\"; add one, as in json: \"/var/log/tributary/queries.jsonl\"");
  QueryLogConfig out;
  if (dnstap != nullptr) read_dnstap(*dnstap, folder, out);
  if (json != nullptr)
    if (const auto text = json->text()) out.json = read_file_name(*json, *text, folder);
  out.sample = static_cast<std::uint32_t>(section.number(limits_of("query_log.sample")));
  if (const auto* bits = section.find("client_bits")) read_client_bits(*bits, out);
  out.queue = section.number(limits_of("query_log.queue"));
  return out;
}

}  // namespace tributary::policy
