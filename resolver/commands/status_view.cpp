#include "resolver/commands/status_view.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "resolver/commands/printable.hpp"
#include "resolver/commands/table.hpp"

namespace tributary::commands {
namespace {

using Json = nlohmann::json;

std::string text(const Json& json, const char* key) {
  return printable(json.value(key, ""));
}

std::uint64_t number(const Json& json, const char* key) {
  return json.value(key, std::uint64_t{0});
}

std::string line(const std::string& content) {
  return shortened(content, Table::usual_width) + "\n";
}

/// "3 d 4 h", "5 min", "12 s".
std::string span_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole >= 86'400) return fmt::format("{} d {} h", whole / 86'400, whole % 86'400 / 3600);
  if (whole >= 3600) return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
  if (whole >= 60) return fmt::format("{} min", whole / 60);
  return fmt::format("{} s", whole);
}

std::string size_text(std::uint64_t octets) {
  if (octets >= 10 << 20) return fmt::format("{} MiB", octets >> 20);
  if (octets >= 1 << 10) return fmt::format("{} KiB", octets >> 10);
  return fmt::format("{} B", octets);
}

std::string milliseconds_text(const Json& json, const char* key) {
  return json.contains(key) ? fmt::format("{:.1f} ms", json.value(key, 0.0)) : "-";
}

std::string traffic_line(const Json& traffic) {
  auto out = fmt::format("queries   {}", number(traffic, "queries"));
  if (traffic.contains("queries_per_second"))
    out += fmt::format(", {:.1f}/s", traffic.value("queries_per_second", 0.0));
  if (traffic.contains("hit_ratio"))
    out += fmt::format(", {:.1f} % from the cache", traffic.value("hit_ratio", 0.0) * 100);
  for (const auto& [key, word] : {std::pair{"cached_ms", "cached"}, std::pair{"uncached_ms", "not cached"}}) {
    if (const auto found = traffic.find(key); found != traffic.end())
      out += fmt::format("; {} p50 {:.2f} ms, p99 {:.2f} ms", word, found->value("p50", 0.0),
                         found->value("p99", 0.0));
  }
  return line(out);
}

std::string cache_line(const Json& cache) {
  return line(fmt::format("cache     {} entries, {} of {}, {} stale answers, {} evictions",
                          number(cache, "entries"), size_text(number(cache, "bytes")),
                          size_text(number(cache, "limit")), number(cache, "stale"),
                          number(cache, "evictions")));
}

std::string dnssec_line(const Json& dnssec) {
  if (text(dnssec, "mode") == "off") return line("dnssec    off");
  return line(fmt::format("dnssec    {}: {} secure, {} insecure, {} bogus, {} indeterminate",
                          text(dnssec, "mode"), number(dnssec, "secure"), number(dnssec, "insecure"),
                          number(dnssec, "bogus"), number(dnssec, "indeterminate")));
}

std::string clock_line(const Json& clock) {
  return line(fmt::format("clock     {}, {:.3f} s off at most, set {} times", text(clock, "state"),
                          clock.value("max_error_seconds", 0.0), number(clock, "steps")));
}

std::string head(const Json& status) {
  const auto configuration = status.value("configuration", Json::object());
  return line(fmt::format("tributary {}, pid {}, up {}, {} workers", text(status, "version"),
                          number(status, "pid"), span_text(status.value("uptime_seconds", 0.0)),
                          number(status, "workers"))) +
         line(fmt::format("config    {}, loaded {}", text(configuration, "file"),
                          text(configuration, "loaded")));
}

std::uint64_t failures(const Json& upstream) {
  std::uint64_t sum = 0;
  for (const auto& count : upstream.value("failures", Json::object())) sum += count.get<std::uint64_t>();
  return sum;
}

std::string probe_text(const Json& upstream) {
  return upstream.contains("next_probe_seconds")
             ? fmt::format("{:.1f} s", upstream.value("next_probe_seconds", 0.0))
             : "-";
}

/// Why it is in its state; of one that is well, nothing.
std::string reason(const Json& upstream) {
  return text(upstream, "state") == "closed" ? std::string() : text(upstream, "reason");
}

std::string upstream_table(const Json& upstreams) {
  using enum Table::Align;
  Table table({{"UPSTREAM"},
               {"STATE"},
               {"SHARE", right},
               {"P50", right},
               {"P99", right},
               {"QUERIES", right},
               {"FAILED", right},
               {"PROBE IN", right},
               {"REASON"}});
  for (const auto& upstream : upstreams)
    table.add({shortened(text(upstream, "name"), 20), text(upstream, "state"),
               fmt::format("{:.0f} %", upstream.value("share", 0.0) * 100),
               milliseconds_text(upstream, "p50_ms"), milliseconds_text(upstream, "p99_ms"),
               std::to_string(number(upstream, "queries")), std::to_string(failures(upstream)),
               probe_text(upstream), reason(upstream)});
  return table.text();
}

std::string problem_lines(const Json& problems) {
  std::string out;
  for (const auto& problem : problems)
    out += wrapped("! ", text(problem, "what"), Table::usual_width) +
           wrapped("  ", text(problem, "remedy"), Table::usual_width);
  return out.empty() ? out : "\n" + out;
}

}  // namespace

std::string status_view(const Json& status) {
  const auto part = [&status](const char* key) { return status.value(key, Json::object()); };
  return head(status) + traffic_line(part("traffic")) + cache_line(part("cache")) +
         dnssec_line(part("dnssec")) + clock_line(part("clock")) + "\n" +
         upstream_table(status.value("upstreams", Json::array())) +
         problem_lines(status.value("problems", Json::array()));
}

}  // namespace tributary::commands
