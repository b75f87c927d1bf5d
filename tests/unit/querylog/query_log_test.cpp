#include "resolver/querylog/query_log.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <new>
#include <thread>

#include <nlohmann/json.hpp>

#include "resolver/querylog/frame_stream.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/querylog/querylog_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

class QueryLogThreads : public ::testing::Test {
 protected:
  QueryLogThreads() {
    config.json = folder / "queries.jsonl";
    config.queue = 1 << 20;
  }

  void make(std::size_t workers = 1) {
    log = std::make_unique<QueryLog>(config, QueryLog::Names{"tributary 1.2.3", {"quad9"}}, workers,
                                     QueryLog::Clocks{[] { return Instant(std::chrono::hours(1)); },
                                                      [] { return one_o_clock - std::chrono::seconds(10); }});
  }
  void record(std::size_t worker = 0) {
    log->recorder(worker).record(sample.facts, sample.query, sample.reply);
  }
  std::vector<nlohmann::json> lines() const {
    std::vector<nlohmann::json> out;
    std::ifstream stream(*config.json);
    for (std::string line; std::getline(stream, line);) out.push_back(nlohmann::json::parse(line));
    return out;
  }

  TemporaryFolder folder;
  policy::QueryLogConfig config;
  Sample sample;
  std::unique_ptr<QueryLog> log;
};

TEST_F(QueryLogThreads, WriteWhatWasRecordedBeforeTheyEnd) {
  make();
  record();
  log->start();
  record();
  log.reset();
  const auto written = lines();
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0]["time"], "2026-11-22T13:00:00.000000Z");
  EXPECT_EQ(written[0]["client"], "192.0.2.1");
}

TEST_F(QueryLogThreads, CutClientsAddresses) {
  config.ipv4_bits = 24;
  make();
  log->start();
  record();
  log.reset();
  EXPECT_EQ(lines().at(0)["client"], "192.0.2.0");
}

TEST_F(QueryLogThreads, NameUpstreamsAsTheyAreToldTo) {
  sample.facts.origin.upstream = cache::upstream_place(0);
  make();
  log->name_upstreams({"other"});
  log->start();
  record();
  log.reset();
  EXPECT_EQ(lines().at(0)["upstream"], "other");
}

TEST_F(QueryLogThreads, WriteDnstapIntoAFile) {
  config.dnstap_file = folder / "queries.dnstap";
  make();
  log->start();
  record();
  log.reset();
  std::ifstream stream(*config.dnstap_file, std::ios::binary);
  const std::string octets{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_TRUE(octets.starts_with(control_frame(FrameControl::start)));
  EXPECT_TRUE(octets.ends_with(control_frame(FrameControl::stop)));
  EXPECT_NE(octets.find("\x12\x0ftributary 1.2.3"), std::string::npos);
  EXPECT_EQ(lines().size(), 1u);
}

TEST_F(QueryLogThreads, GoOnAfterAnException) {
  std::atomic<int> failures = 0;
  log = std::make_unique<QueryLog>(config, QueryLog::Names{"tributary 1.2.3", {"quad9"}}, 1,
                                   QueryLog::Clocks{[] { return Instant(std::chrono::hours(1)); },
                                                    [&failures] {
                                                      if (++failures <= 3) throw std::bad_alloc();
                                                      return one_o_clock;
                                                    }});
  record();
  log->start();
  while (failures <= 3) std::this_thread::yield();
  log.reset();
  EXPECT_EQ(lines().size(), 1u);
}

TEST_F(QueryLogThreads, EndWithoutHavingBegun) {
  make();
  record();
  log.reset();
  EXPECT_TRUE(lines().empty());
}

TEST_F(QueryLogThreads, WriteOrCountEachQueryOfEveryWorker) {
  constexpr std::size_t workers = 2, queries = 20'000;
  config.queue = 512 * 1024;
  make(workers);
  log->start();
  {
    std::vector<std::jthread> threads;
    for (std::size_t worker = 0; worker < workers; ++worker)
      threads.emplace_back([this, worker] {
        for (std::size_t i = 0; i < queries; ++i) record(worker);
      });
  }
  const auto lost = log->totals().queue_full;
  log.reset();
  EXPECT_EQ(lines().size() + lost, workers * queries);
}

TEST_F(QueryLogThreads, GoOnWhenTheDiskIsFull) {
  config.json = "/dev/full";
  make();
  log->start();
  for (int i = 0; i < 10'000; ++i) {
    record();
    if (i % 1000 == 0) std::this_thread::yield();
  }
  EXPECT_EQ(log->totals().json_written, 0u);
  log.reset();
}

}  // namespace
}  // namespace tributary::resolver::testing
