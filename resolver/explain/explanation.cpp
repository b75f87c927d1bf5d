#include "resolver/explain/explanation.hpp"

namespace tributary::explain {

std::string_view to_text(Fate fate) {
  switch (fate) {
    case Fate::not_asked:
      return "not asked";
    case Fate::in_flight:
      return "in flight";
    case Fate::won:
      return "won";
    case Fate::lost:
      return "lost";
    case Fate::late:
      return "late";
    case Fate::failed:
      return "failed";
  }
  return "";
}

std::string_view to_text(CacheFinding::State state) {
  switch (state) {
    case CacheFinding::State::absent:
      return "absent";
    case CacheFinding::State::fresh:
      return "fresh";
    case CacheFinding::State::stale:
      return "stale";
    case CacheFinding::State::expired:
      return "expired";
  }
  return "";
}

std::optional<std::uint32_t> Ttl::now() const {
  return cuts.empty() ? received : cuts.back().to;
}

void Ttl::cut(std::uint32_t to, std::string why) {
  if (const auto before = now(); before && to < *before) cuts.push_back({to, std::move(why)});
}

}  // namespace tributary::explain
