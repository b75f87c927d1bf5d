#pragma once

#include <poll.h>

#include "base/counter.hpp"
#include "base/time.hpp"
#include "resolver/querylog/query_record.hpp"

namespace tributary::resolver {

/// Where logged queries go. All calls from the writer's thread, but for the counters. Nothing waits for
/// whoever reads there: what cannot be written is kept for a while, as far as there is room, else dropped and
/// counted.
class QuerySink {
 public:
  struct Counters {
    Counter written, dropped;
  };

  virtual ~QuerySink() = default;
  QuerySink(const QuerySink&) = delete;
  QuerySink& operator=(const QuerySink&) = delete;

  virtual void write(const LoggedQuery& query, Instant now) = 0;
  /// Hands on what has gathered, and looks after the connection or the file. Called after each round of
  /// writing, when what `awaits` is there, and each second while `unsettled`.
  virtual void flush(Instant now) = 0;

  /// What it could go on with; -1 as its descriptor: nothing.
  virtual pollfd awaits() const { return {-1, 0, 0}; }
  /// Something is to be tried again soon.
  virtual bool unsettled() const = 0;

  const Counters& counters() const { return counters_; }

 protected:
  QuerySink() = default;
  Counters counters_;
};

}  // namespace tributary::resolver
