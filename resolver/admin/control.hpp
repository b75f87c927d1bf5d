#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "dns/record.hpp"
#include "resolver/admin/status.hpp"

namespace tributary::resolver {

/// Why the daemon did not do what it was asked for.
struct ControlError {
  int status = 409;  ///< Of HTTP.
  std::string message, remedy;
  std::vector<std::string> details;  ///< Of a configuration: one for each error, "file:line:col: …".
};

template <typename Value>
using Controlled = tl::expected<Value, ControlError>;

/// What is to leave the cache.
struct FlushRequest {
  dns::Name name;
  std::optional<dns::Type> type;  ///< Nothing: all types.
  bool subtree = false;           ///< Names below it, too.
};

enum class UpstreamAction { disable, enable, probe };

struct ExplainRequest {
  dns::Question question;
  bool fresh = false;                   ///< Without looking into the cache.
  std::optional<std::string> strategy;  ///< Instead of the group's.
  bool as_text = false;                 ///< For people; else JSON.
};

/// What the daemon lets the admin server do. Called on the server's threads; whatever may block says so. What
/// is empty is not built in.
struct Control {
  std::function<std::string()> metrics;  ///< In Prometheus' text format.
  std::function<Status()> status;
  /// Why queries cannot be answered; nothing if they can.
  std::function<std::optional<std::string>()> not_ready;
  std::function<std::string()> config;  ///< The effective configuration, as JSON.

  // ---- These may block, for seconds.

  /// The reply to a query, asked as by a client on the loopback address.
  std::function<Controlled<std::vector<std::uint8_t>>(std::vector<std::uint8_t> query)> query;
  std::function<Controlled<std::string>(const ExplainRequest&)> explain;
  std::function<Controlled<std::size_t>(const FlushRequest&)> flush;  ///< How many entries have left.
  /// Sentences that tell what has changed.
  std::function<Controlled<std::vector<std::string>>()> reload;
  std::function<Controlled<void>(const std::string& upstream, UpstreamAction)> upstream;
  std::function<Controlled<std::string>()> dump_cache;  ///< The contents of a dump file.
  std::function<Controlled<std::string>(std::string_view)>
      load_cache;  ///< JSON that tells what became of it.
};

}  // namespace tributary::resolver
