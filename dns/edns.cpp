#include "dns/edns.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "dns/octets.hpp"

namespace tributary::dns {

namespace {

constexpr std::size_t option_header = 4;

/// The length of the UTF-8 sequence at the start of `text`; 0 if there is no valid one (RFC 3629 §4).
std::size_t utf8_sequence(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned>(static_cast<std::uint8_t>(text[i])); };
  const unsigned first = octet(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  const unsigned lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (octet(1) < lowest || octet(1) > highest) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((octet(i) & 0xC0) != 0x80) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

bool EdnsOptions::well_formed() const {
  auto rest = rdata_;
  for (std::size_t count = 0; !rest.empty(); ++count) {
    if (count == most || rest.size() < option_header) return false;
    const std::size_t size = option_header + read_u16(rest, 2);
    if (size > rest.size()) return false;
    rest = rest.subspan(size);
  }
  return true;
}

std::optional<std::span<const std::uint8_t>> EdnsOptions::find(OptionCode code) const {
  for (auto rest = rdata_; !rest.empty();) {
    const std::size_t length = read_u16(rest, 2);
    if (OptionCode{read_u16(rest, 0)} == code) return rest.subspan(option_header, length);
    rest = rest.subspan(option_header + length);
  }
  return {};
}

std::optional<ExtendedErrorOption> extended_error(const EdnsOptions& options) {
  const auto data = options.find(OptionCode::extended_error);
  if (!data || data->size() < 2) return {};
  std::string text(data->begin() + 2, data->end());
  while (text.ends_with('\0')) text.pop_back();  // some senders terminate it (RFC 8914 §2)
  if (!is_utf8(text)) text.clear();
  return ExtendedErrorOption{ExtendedError{read_u16(*data, 0)}, std::move(text)};
}

std::size_t write_option(std::span<std::uint8_t> out, OptionCode code, std::span<const std::uint8_t> data) {
  write_u16(out, 0, static_cast<std::uint16_t>(code));
  write_u16(out, 2, data.size());
  std::ranges::copy(data, out.begin() + option_header);
  return option_header + data.size();
}

void append_option(std::vector<std::uint8_t>& options, OptionCode code, std::span<const std::uint8_t> data) {
  const std::size_t before = options.size();
  options.resize(before + option_header + data.size());
  write_option(std::span(options).subspan(before), code, data);
}

void append_extended_error(std::vector<std::uint8_t>& options, const ExtendedErrorOption& error) {
  std::vector<std::uint8_t> data;
  append_u16(data, static_cast<std::uint16_t>(error.code));
  data.insert(data.end(), error.text.begin(), error.text.end());
  append_option(options, OptionCode::extended_error, data);
}

}  // namespace tributary::dns
