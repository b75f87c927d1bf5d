#include "resolver/explain/explanation_words.hpp"

#include <fmt/chrono.h>

#include <algorithm>

namespace tributary::explain {
namespace {

/// Begins a character in UTF-8.
bool begins(char octet) {
  return (static_cast<unsigned char>(octet) & 0xC0) != 0x80;
}

bool is_control(std::string_view text, std::size_t at) {
  const auto octet = static_cast<unsigned char>(text[at]);
  if (octet < 0x20 || octet == 0x7F) return true;
  // U+0080 to U+009F.
  const auto before = at > 0 ? static_cast<unsigned char>(text[at - 1]) : 0;
  const auto after = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0;
  return (octet == 0xC2 && after >= 0x80 && after < 0xA0) ||
         (before == 0xC2 && octet >= 0x80 && octet < 0xA0);
}

}  // namespace

std::string to_text(const dns::Question& question) {
  return question.name.to_text() + " " + dns::to_text(question.type);
}

std::string milliseconds_text(Duration duration) {
  const auto tenths = std::chrono::duration_cast<std::chrono::microseconds>(duration).count() / 100;
  return fmt::format("{}.{} ms", tenths / 10, tenths % 10);
}

std::string date_text(Duration since_1970) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_1970).count();
  return fmt::format("{:%FT%TZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string_view words_for(dns::ExtendedError code) {
  using Code = dns::ExtendedError;
  static constexpr std::pair<Code, std::string_view> names[] = {
      {Code::stale_answer, "stale answer"},
      {Code::forged_answer, "forged answer"},
      {Code::dnssec_indeterminate, "DNSSEC indeterminate"},
      {Code::dnssec_bogus, "DNSSEC bogus"},
      {Code::signature_expired, "signature expired"},
      {Code::signature_not_yet_valid, "signature not yet valid"},
      {Code::dnskey_missing, "DNSKEY missing"},
      {Code::rrsigs_missing, "RRSIGs missing"},
      {Code::nsec_missing, "NSEC missing"},
      {Code::cached_error, "cached error"},
      {Code::not_ready, "not ready"},
      {Code::blocked, "blocked"},
      {Code::prohibited, "prohibited"},
      {Code::stale_nxdomain_answer, "stale NXDOMAIN answer"},
      {Code::not_authoritative, "not authoritative"},
      {Code::not_supported, "not supported"},
      {Code::no_reachable_authority, "no reachable authority"},
      {Code::network_error, "network error"},
      {Code::invalid_data, "invalid data"},
  };
  const auto* found = std::ranges::find(names, code, [](const auto& one) { return one.first; });
  return found == std::end(names) ? "" : found->second;
}

std::vector<const Attempt*> in_order(const Explanation& explanation) {
  std::vector<const Attempt*> out;
  for (const auto& step : explanation.steps)
    for (const auto& attempt : step.attempts) out.push_back(&attempt);
  std::ranges::stable_sort(out, {},
                           [](const Attempt* attempt) { return attempt->sent.value_or(Duration::max()); });
  return out;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

std::string fitted(std::string_view text, std::size_t most) {
  const auto wide = columns(text);
  if (wide <= most) return std::string(text) + std::string(most - wide, ' ');
  std::size_t end = 0;
  for (std::size_t left = most; end < text.size(); ++end)
    if (begins(text[end]) && left-- == 1) break;
  return std::string(text.substr(0, end)) + "…";
}

std::string harmless(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) out += is_control(text, at) ? '?' : text[at];
  return out;
}

}  // namespace tributary::explain
