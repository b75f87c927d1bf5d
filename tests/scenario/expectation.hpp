#pragma once

#include "tests/scenario/script.hpp"

namespace tributary::scenario {

/// "ask www.example. A +AD -DO -> NOERROR AD TTL 300 192.0.2.1": what a client asks, and what it is to see.
///
/// The client sets RD and DO; +AD, +CD set a bit, -DO leaves one out, -EDNS the whole OPT. Behind the arrow:
/// RCODE, AD if that is set, the EDE's code if there is one, the TTL (of the first record) where it matters,
/// and the RDATA of the records of the type asked for with commas between, or "some" for any.
struct Asking {
  dns::Question question;
  bool dnssec_ok = true, edns = true, authentic_data = false, checking_disabled = false;
  bool wants_ttl = false, wants_some = false;
  std::string expected;

  static Asking read(const Line& line);
  std::vector<std::uint8_t> query() const;
};

/// `response` in the words of `asking.expected`. What no response may be is told behind: an AD bit that
/// nobody has asked for, DNSSEC records for a client without DO.
std::string describe(const Asking& asking, const std::vector<std::uint8_t>& response);

}  // namespace tributary::scenario
