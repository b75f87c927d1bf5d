#include "cache/dump_reader.hpp"

#include <algorithm>
#include <array>

namespace tributary::cache {
namespace {

constexpr std::array<std::uint8_t, 4> mark{dump::record_mark >> 24, dump::record_mark >> 16 & 0xFF,
                                           dump::record_mark >> 8 & 0xFF, dump::record_mark & 0xFF};

}  // namespace

void DumpReader::feed(std::span<const std::uint8_t> piece, const Visit& visit) {
  if (!refusal_.empty()) return;
  waiting_.insert(waiting_.end(), piece.begin(), piece.end());
  take_all(visit, false);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(done_));
  done_ = 0;
}

void DumpReader::finish(const Visit& visit) {
  take_all(visit, true);
  if (!header_ && refusal_.empty()) refuse("ends within its header");
}

void DumpReader::take_all(const Visit& visit, bool last) {
  if (!header_ && take_header() == Step::needs_more) return;
  while (!rest().empty() && take_record(visit, last) == Step::taken) {
  }
}

DumpReader::Step DumpReader::take_header() {
  if (!refusal_.empty() || rest().size() < dump::head_size) return Step::needs_more;
  const auto body = dump::header_body_size(rest());
  if (!body) return refuse(body.error());
  const auto size = dump::head_size + *body;
  if (rest().size() < size) return Step::needs_more;
  header_ = dump::read_header(rest().first(size));
  if (!header_) return refuse("has a damaged header");
  done_ += size;
  return Step::taken;
}

/// For good: nothing more is taken.
DumpReader::Step DumpReader::refuse(std::string why) {
  refusal_ = std::move(why);
  return Step::needs_more;
}

DumpReader::Step DumpReader::take_record(const Visit& visit, bool last) {
  const auto octets = rest();
  const bool has_head = octets.size() >= dump::record_head_size;
  if (!has_head && !last) return Step::needs_more;
  const auto body = has_head ? dump::record_body_size(octets) : std::nullopt;
  const auto size = dump::record_head_size + body.value_or(0);
  if (body && octets.size() < size && !last) return Step::needs_more;
  const auto answer =
      body && octets.size() >= size ? dump::read_record(octets.first(size), header_->records) : std::nullopt;
  if (!answer) {
    skip_damage();
    return Step::taken;
  }
  done_ += size;
  in_damage_ = false;
  visit(header_->header, *answer);
  return Step::taken;
}

/// To where the next record may begin: at the end of what has come, perhaps with a part of its mark.
void DumpReader::skip_damage() {
  if (!in_damage_) ++damaged_;
  in_damage_ = true;
  const auto octets = rest().subspan(1);
  const auto found = std::ranges::search(octets, mark);
  const auto most = octets.size() - std::min(octets.size(), mark.size() - 1);
  done_ += 1 + (found.empty() ? most : static_cast<std::size_t>(found.begin() - octets.begin()));
}

}  // namespace tributary::cache
