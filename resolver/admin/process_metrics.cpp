// What dashboards for any process show, under the names that Prometheus' own libraries gave them.

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "resolver/admin/metric_parts.hpp"

namespace tributary::resolver {
namespace {

using Type = MetricFamily::Type;

MetricFamily of_process(std::string_view name, std::string_view help, Type type, double value) {
  MetricFamily result(name, help, type, "process_");
  result.add({}, value);
  return result;
}

double whole_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return whole_seconds(usage.ru_utime) + whole_seconds(usage.ru_stime);
}

/// Virtual and resident memory, in octets (proc(5), statm).
std::pair<double, double> memory() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return {all * page, resident * page};
}

double open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator folder("/proc/self/fd", error);
  return static_cast<double>(std::distance(begin(folder), end(folder)));
}

double most_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

/// Since the host started (proc(5), stat, field 22). The name, field 2, may contain anything but ends with
/// the last parenthesis.
double started_after_boot() {
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::size_t field = text.rfind(')');
  for (int number = 2; number < 22 && field != text.npos; ++number) field = text.find(' ', field + 1);
  if (field == text.npos) return 0;
  return std::stod(text.substr(field + 1)) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// In whole seconds: read one after the other, the two clocks are never the same time apart.
double booted_at() {
  timespec wall{}, since_boot{};
  clock_gettime(CLOCK_REALTIME, &wall);
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const auto nanoseconds = wall.tv_nsec - since_boot.tv_nsec;
  return static_cast<double>(wall.tv_sec - since_boot.tv_sec - (nanoseconds < 0 ? 1 : 0));
}

}  // namespace

void collect_process_metrics(MetricFamilies& out) {
  const auto [all, resident] = memory();
  out.push_back(of_process("cpu_seconds_total", "Processor time used.", Type::counter, processor_seconds()));
  out.push_back(of_process("resident_memory_bytes", "Memory in use.", Type::gauge, resident));
  out.push_back(of_process("virtual_memory_bytes", "Address space in use.", Type::gauge, all));
  out.push_back(of_process("open_fds", "File descriptors in use.", Type::gauge, open_descriptors()));
  out.push_back(
      of_process("max_fds", "File descriptors that may be in use.", Type::gauge, most_descriptors()));
  out.push_back(of_process("start_time_seconds", "When the process started, since 1970.", Type::gauge,
                           booted_at() + started_after_boot()));
}

}  // namespace tributary::resolver
