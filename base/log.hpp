#pragma once

namespace tributary::log {

enum class Format { text, json };
enum class Level { debug, info, warning, error };

/// Directs spdlog's default logger to standard error. Call once, before threads start.
/// JSON lines carry `time` (RFC 3339, UTC), `level` and `message`; the message is escaped.
void configure(Format format, Level least);
/// What is below `least` is left out from now on. Any thread.
void set_level(Level least);

}  // namespace tributary::log
