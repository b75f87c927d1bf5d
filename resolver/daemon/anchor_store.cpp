#include "resolver/daemon/anchor_store.hpp"

#include <fmt/format.h>

#include <spdlog/spdlog.h>

#include "base/state_file.hpp"
#include "dns/octets.hpp"

namespace tributary::resolver {
namespace {

/// Letters small, and nothing that means something to file systems.
std::string file_name(const dns::Name& zone) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  std::string out = "anchors-";
  for (const char letter : zone.to_text()) {
    const auto small = static_cast<char>(dns::lower_case(static_cast<std::uint8_t>(letter)));
    plain.find(small) != plain.npos ? out += small : out += fmt::format("%{:02X}", small);
  }
  return out;
}

void set_aside(const std::filesystem::path& file, const std::string& why) {
  auto aside = file;
  aside += ".damaged";
  std::error_code error;
  std::filesystem::rename(file, aside, error);
  spdlog::warn("{} {}; {}, and its keys are followed anew from the configured trust anchors", file.string(),
               why, error ? "it cannot be renamed: " + error.message() : "it is now " + aside.string());
}

}  // namespace

std::filesystem::path AnchorStore::file_of(const dns::Name& zone) const {
  return folder_ / file_name(zone);
}

dnssec::AnchorRollover AnchorStore::load(const dns::Name& zone,
                                         const std::vector<dns::Record>& configured) const {
  const auto file = file_of(zone);
  const auto text = read_state_file(file);
  if (!text) {
    spdlog::warn("{} cannot be read: {}; the keys of {} are followed anew from the configured trust anchors",
                 file.string(), text.error(), zone.to_text());
  } else if (*text) {
    auto restored = dnssec::AnchorRollover::restored(zone, configured, **text);
    if (restored) return *std::move(restored);
    set_aside(file, "cannot be used: " + restored.error());
  }
  return {zone, configured};
}

void AnchorStore::keep(const dnssec::AnchorRollover& followed) {
  const auto file = file_of(followed.zone());
  const auto kept = replace_state_file(file, followed.to_text());
  if (kept) {
    failing_.erase(file);
  } else if (failing_.insert(file).second) {
    spdlog::warn(
        "the replacement of the keys of {} is not remembered: {} cannot be written: {}; make its folder with "
        "\"install -d -m 700 -o USER {}\", USER being who runs tributary, or name another as state_directory",
        followed.zone().to_text(), file.string(), kept.error(), folder_.string());
  }
}

}  // namespace tributary::resolver
