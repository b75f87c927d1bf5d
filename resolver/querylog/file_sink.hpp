#pragma once

#include <functional>

#include "resolver/querylog/log_file.hpp"
#include "resolver/querylog/query_sink.hpp"

namespace tributary::resolver {

/// Writes queries into a file. While that fails, keeps up to a mebibyte of them.
class FileSink final : public QuerySink {
 public:
  /// Appends a query, as it is to stand in the file.
  using Encoder = std::function<void(const LoggedQuery&, std::string&)>;

  FileSink(std::filesystem::path path, LogFile::Framing framing, Encoder encoder)
      : file_(std::move(path), std::move(framing)), encode_(std::move(encoder)) {}

  void write(const LoggedQuery& query, Instant now) override;
  void flush(Instant now) override;
  bool unsettled() const override { return !file_.backlog().empty(); }

 private:
  LogFile file_;
  const Encoder encode_;
  std::uint64_t waiting_ = 0;  // queries in the backlog
};

}  // namespace tributary::resolver
