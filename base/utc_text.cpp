#include "base/utc_text.hpp"

#include <fmt/format.h>

namespace tributary {

std::string utc_text(Duration since_1970) {
  using namespace std::chrono;
  const sys_seconds time(floor<seconds>(since_1970));
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace tributary
