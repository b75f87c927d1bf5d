#include "resolver/admin/metric_family.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using Type = MetricFamily::Type;

TEST(MetricFamily, WritesHelpTypeAndSamples) {
  MetricFamily family("queries_total", "Queries.", Type::counter);
  family.add({}, 3);
  family.add({{"protocol", "udp"}, {"rcode", "NOERROR"}}, 12'345'678'901);
  EXPECT_EQ(family.text(),
            "# HELP tributary_queries_total Queries.\n"
            "# TYPE tributary_queries_total counter\n"
            "tributary_queries_total 3\n"
            "tributary_queries_total{protocol=\"udp\",rcode=\"NOERROR\"} 12345678901\n");
}

TEST(MetricFamily, EscapesWhatWouldEndALabel) {
  MetricFamily family("state", "State.", Type::gauge);
  family.add({{"upstream", "a\"b\\c\nd"}}, 1);
  EXPECT_TRUE(family.text().ends_with("tributary_state{upstream=\"a\\\"b\\\\c\\nd\"} 1\n")) << family.text();
}

TEST(MetricFamily, MayBelongToTheProcess) {
  MetricFamily family("open_fds", "Files.", Type::gauge, "process_");
  family.add({}, 3);
  EXPECT_TRUE(family.text().ends_with("\nprocess_open_fds 3\n")) << family.text();
}

TEST(MetricFamily, AddsTheCountsOfAHistogramUp) {
  MetricFamily family("seconds", "Time.", Type::histogram);
  LatencyCounts counts;
  counts.buckets[0] = 4;
  counts.buckets.back() = 1;
  counts.nanoseconds = 2'500'000'000;
  family.add({"upstream", "a"}, counts);
  const auto& text = family.text();
  EXPECT_TRUE(
      text.starts_with("# HELP tributary_seconds Time.\n"
                       "# TYPE tributary_seconds histogram\n"
                       "tributary_seconds_bucket{upstream=\"a\",le=\"0.00001\"} 4\n"
                       "tributary_seconds_bucket{upstream=\"a\",le=\"0.000015\"} 4\n"))
      << text;
  EXPECT_TRUE(
      text.ends_with("tributary_seconds_bucket{upstream=\"a\",le=\"5\"} 4\n"
                     "tributary_seconds_bucket{upstream=\"a\",le=\"+Inf\"} 5\n"
                     "tributary_seconds_sum{upstream=\"a\"} 2.5\n"
                     "tributary_seconds_count{upstream=\"a\"} 5\n"))
      << text;
}

}  // namespace
}  // namespace tributary::resolver
