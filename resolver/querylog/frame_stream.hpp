#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tributary::resolver {

/// Frame Streams, the container that dnstap travels in: a data frame is its length (32 bits, big endian) and
/// its octets; a length of 0 is followed by a control frame, again with its length.
///
/// Into a file go START, data, STOP. Over a socket the writer says READY first and waits for ACCEPT, and the
/// reader answers STOP with FINISH.
enum class FrameControl : std::uint32_t { accept = 1, start = 2, stop = 3, ready = 4, finish = 5 };

/// What the frames hold.
inline constexpr std::string_view dnstap_content = "protobuf:dnstap.Dnstap";

/// A control frame with the escape before it. ACCEPT, START and READY name the content.
std::string control_frame(FrameControl control);
void append_data_frame(std::string_view data, std::string& out);

/// What the reader's side has said.
struct HeardControl {
  FrameControl control;
  bool ours = false;     ///< It names our content, or none.
  std::size_t size = 0;  ///< Octets that it took.
};

/// The control frame that `received` begins with; nothing as long as it is not there whole. One that breaks
/// the format, or is longer than 512 octets, is told as not `ours`.
std::optional<HeardControl> read_control(std::string_view received);

}  // namespace tributary::resolver
