#pragma once

#include <string>

#include "resolver/querylog/query_record.hpp"

namespace tributary::resolver {

/// Writes queries as dnstap messages (dnstap.proto of dnstap.info), in data frames of Frame Streams. Keeps
/// its working memory; used by one thread.
class DnstapEncoder {
 public:
  /// Both are told in each message: who writes (a host's name), and what program it is.
  DnstapEncoder(std::string identity, std::string version)
      : identity_(std::move(identity)), version_(std::move(version)) {}

  /// Appends two frames: CLIENT_QUERY with the query, CLIENT_RESPONSE with the reply.
  void append(const LoggedQuery& query, std::string& out);

 private:
  void append_frame(const LoggedQuery& query, bool response, std::string& out);

  const std::string identity_, version_;
  std::string message_, envelope_;  // of the frame that is written
};

}  // namespace tributary::resolver
