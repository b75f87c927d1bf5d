#include "resolver/commands/status_view.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "resolver/admin/status.hpp"
#include "resolver/commands/printable.hpp"

namespace tributary::commands {
namespace {

using ::testing::HasSubstr;

std::string view_of(const resolver::Status& status) {
  return status_view(nlohmann::json::parse(resolver::status_json(status)));
}

resolver::Status busy() {
  resolver::Status status;
  status.version = "1.2.3";
  status.uptime_seconds = 93'784;
  status.traffic.queries = 123'456'789;
  status.traffic.queries_per_second = 5123.4;
  status.traffic.hit_ratio = 0.934;
  status.traffic.cached = resolver::Status::Latency{0.03, 0.1};
  status.traffic.uncached = resolver::Status::Latency{8.1, 40.2};
  auto& upstream = status.upstreams.emplace_back();
  upstream.name = std::string(60, 'n');
  upstream.state = "half_open";
  upstream.reason = std::string(300, 'r');
  upstream.next_probe_seconds = 3.21;
  upstream.latency = resolver::Status::Latency{8.04, 1031.2};
  upstream.queries = 900'000'000;
  upstream.failures = {{"timeout", 10}, {"tls", 5}};
  status.problems.push_back({std::string(150, 'p'), std::string(150, 'q')});
  return status;
}

TEST(StatusView, TellsTheFigures) {
  const auto view = view_of(busy());
  for (const auto* part :
       {"tributary 1.2.3", "up 1 d 2 h", "5123.4/s", "93.4 %", "half_open", "3.2 s", "8.0 ms", "15"})
    EXPECT_THAT(view, HasSubstr(part));
}

TEST(StatusView, IsNeverWiderThanAHundredColumns) {
  std::istringstream lines(view_of(busy()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), 100u) << line;
}

TEST(StatusView, CutsNothingOffWhatIsToBeTyped) {
  resolver::Status status;
  status.problems.push_back({"a long story",
                             "first this and then that, and what must be said besides is said at length, "
                             "and only then: tributary upstream probe quad9"});
  EXPECT_THAT(view_of(status), HasSubstr("! a long story\n  first this"));
  EXPECT_THAT(view_of(status), HasSubstr("quad9\n"));
}

TEST(StatusView, ShowsWhatItCanOfWhatIsEmptyOrFromElsewhere) {
  EXPECT_THAT(status_view(nlohmann::json::object()), HasSubstr("UPSTREAM"));
  EXPECT_THAT(view_of({}), HasSubstr("queries   0"));
}

}  // namespace
}  // namespace tributary::commands
