#include "resolver/querylog/file_sink.hpp"

#include <utility>

namespace tributary::resolver {
namespace {

/// Octets that are written at once, and that are kept while nothing can be written.
constexpr std::size_t one_write = 64 * 1024, most_kept = 1024 * 1024;

}  // namespace

void FileSink::write(const LoggedQuery& query, Instant now) {
  auto& backlog = file_.backlog();
  if (backlog.size() >= most_kept) return counters_.dropped.add();
  const bool below = backlog.size() < one_write;
  encode_(query, backlog);
  ++waiting_;
  if (below && backlog.size() >= one_write) flush(now);
}

void FileSink::flush(Instant now) {
  if (file_.write(now)) counters_.written.add(std::exchange(waiting_, 0));
}

}  // namespace tributary::resolver
