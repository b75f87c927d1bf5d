// docs/metrics.md lists every family as it is exposed: one row of a table for each.

#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

#include <gmock/gmock.h>

#include "resolver/admin/metrics.hpp"

namespace tributary::resolver {
namespace {

using Rows = std::vector<std::string>;

std::string text_with_every_family() {
  QueryCounters queries;
  ListenerCounters listener;
  listener.arrivals.of({"127.0.0.1:53", "udp"});
  const Health upstream("quad9");
  const cache::AnswerCache cache(1 << 20);
  const LocalLink link;
  const ReloadStatus reloads{ReloadStatus::Time()};
  const dnssec::SharedClockState clock;
  const auto never = [] { return false; };
  const CacheLoadCounters loads;
  MetricSources sources{"1.2.3", {&queries}, {&listener}, {&upstream},       &cache,
                        &link,   &clock,     &reloads,    {{"world", never}}};
  sources.cache_load = &loads;
  return metrics_text(sources, Instant(std::chrono::hours(1)));
}

/// The labels of a sample as the page writes them: "`upstream`, `reason`".
std::string labels_of(const std::string& sample) {
  static const std::regex label("([a-z]+)=\"");
  std::string out;
  for (std::sregex_iterator each(sample.begin(), sample.end(), label), end; each != end; ++each)
    if ((*each)[1] != "le") out += (out.empty() ? "`" : ", `") + (*each)[1].str() + "`";
  return out;
}

Rows exposed() {
  static const std::regex help("# HELP (\\S+) (.+)"), type("# TYPE \\S+ (.+)");
  Rows rows;
  std::istringstream lines(text_with_every_family());
  for (std::string first, second, sample; std::getline(lines, first);) {
    std::smatch helped, typed;
    if (!std::regex_match(first, helped, help)) continue;
    std::getline(lines, second);
    std::getline(lines, sample);
    if (!std::regex_match(second, typed, type)) continue;
    rows.push_back("| `" + helped[1].str() + "` | " + typed[1].str() + " | " + labels_of(sample) + " | " +
                   helped[2].str() + " |");
  }
  return rows;
}

Rows documented() {
  Rows rows;
  std::ifstream page(TRIBUTARY_SOURCE_DIR "/docs/metrics.md");
  for (std::string line; std::getline(page, line);)
    if (line.starts_with("| `tributary_") || line.starts_with("| `process_")) rows.push_back(line);
  return rows;
}

TEST(MetricsPage, ListsEveryFamilyAsItIsExposed) {
  ASSERT_FALSE(exposed().empty());
  EXPECT_THAT(documented(), ::testing::UnorderedElementsAreArray(exposed()));
}

}  // namespace
}  // namespace tributary::resolver
