#include "resolver/querylog/frame_stream.hpp"

namespace tributary::resolver {
namespace {

constexpr std::uint32_t content_type_field = 1;
constexpr std::size_t longest_control = 512;
constexpr std::size_t number_size = 4;

void append_number(std::size_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

/// Requires: number_size octets at `offset`.
std::uint32_t number_at(std::string_view octets, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < number_size; ++i)
    value = value << 8 | static_cast<std::uint8_t>(octets[offset + i]);
  return value;
}

bool names_content(FrameControl control) {
  return control != FrameControl::stop && control != FrameControl::finish;
}

/// Whether the fields behind a control frame's type are well formed, and our content is among those that they
/// name, if any.
bool fields_fit(std::string_view fields) {
  bool named = false, ours = false;
  while (!fields.empty()) {
    if (fields.size() < 2 * number_size || number_at(fields, 0) != content_type_field) return false;
    const std::size_t length = number_at(fields, number_size);
    fields.remove_prefix(2 * number_size);
    if (length > fields.size()) return false;
    named = true;
    ours |= fields.substr(0, length) == dnstap_content;
    fields.remove_prefix(length);
  }
  return ours || !named;
}

}  // namespace

std::string control_frame(FrameControl control) {
  std::string body;
  append_number(static_cast<std::size_t>(control), body);
  if (names_content(control)) {
    append_number(content_type_field, body);
    append_number(dnstap_content.size(), body);
    body += dnstap_content;
  }
  std::string out;
  append_number(0, out);
  append_number(body.size(), out);
  return out + body;
}

void append_data_frame(std::string_view data, std::string& out) {
  append_number(data.size(), out);
  out += data;
}

std::optional<HeardControl> read_control(std::string_view received) {
  constexpr std::size_t head = 2 * number_size;
  const HeardControl nonsense{FrameControl::finish, false, received.size()};
  if (received.size() < head) return std::nullopt;
  const std::size_t length = number_at(received, number_size);
  if (number_at(received, 0) != 0 || length < number_size || length > longest_control) return nonsense;
  if (received.size() < head + length) return std::nullopt;
  const auto body = received.substr(head, length);
  return HeardControl{static_cast<FrameControl>(number_at(body, 0)), fields_fit(body.substr(number_size)),
                      head + length};
}

}  // namespace tributary::resolver
