#include "bench/simulate/reply_message.hpp"

#include <stdexcept>

#include "dns/message_builder.hpp"

namespace tributary::simulate {
namespace {

dns::Record template_record(const char* line) {
  return dns::parse_record(line).value();
}

/// An address, or what else is asked for: the probes want the name servers of the root.
dns::Record positive(const dns::Question& question) {
  static const auto address = template_record("example. 300 IN A 192.0.2.1");
  static const auto servers = template_record(". 300 IN NS a.root-servers.net.");
  dns::Record out = question.type == dns::Type::NS ? servers : address;
  out.owner = question.name;
  return out;
}

/// The SOA of the zone that a name, which does not exist, would lie in (RFC 2308).
dns::Record negative(const dns::Question& question) {
  static const auto soa =
      template_record("example. 300 IN SOA ns.example. admin.example. 1 7200 900 86400 300");
  dns::Record out = soa;
  out.owner = question.name.parent();
  return out;
}

dns::Rcode rcode_of(Fate::Outcome outcome, bool exists) {
  if (outcome == Fate::Outcome::servfail) return dns::Rcode::SERVFAIL;
  if (outcome == Fate::Outcome::refused) return dns::Rcode::REFUSED;
  return exists && outcome == Fate::Outcome::right ? dns::Rcode::NOERROR : dns::Rcode::NXDOMAIN;
}

}  // namespace

std::vector<std::uint8_t> reply_message(const dns::Question& question, Fate::Outcome outcome, bool exists) {
  dns::Header header;
  header.response = header.recursion_desired = header.recursion_available = true;
  header.rcode = rcode_of(outcome, exists);
  dns::MessageBuilder builder(header);
  builder.question(question);
  bool fits = true;
  if (header.rcode == dns::Rcode::NOERROR) fits = builder.record(dns::Section::answer, positive(question));
  if (header.rcode == dns::Rcode::NXDOMAIN)
    fits = builder.record(dns::Section::authority, negative(question));
  if (!fits) throw std::length_error("a reply does not fit a message");
  return builder.take();
}

}  // namespace tributary::simulate
