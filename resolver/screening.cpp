#include "resolver/screening.hpp"

#include "dns/octets.hpp"
#include "resolver/server_cookies.hpp"

namespace tributary::resolver {
namespace {

Refusal unsupported(dns::Rcode rcode, const char* text) {
  return {rcode, dns::ExtendedErrorOption{dns::ExtendedError::not_supported, text}};
}

bool has_impossible_cookie(const dns::MessageView& query) {
  if (!query.edns()) return false;
  const auto cookie = query.edns()->options.find(dns::OptionCode::cookie);
  return cookie && !ServerCookies::possible(*cookie);
}

}  // namespace

bool has_few_records(std::span<const std::uint8_t> message) {
  constexpr unsigned most = 3;
  const auto count = [&](std::size_t offset) { return unsigned{dns::read_u16(message, offset)}; };
  return count(6) + count(8) + count(10) <= most;
}

std::optional<Refusal> screen(const dns::MessageView& query) {
  if (query.edns() && query.edns()->version > 0) return Refusal{dns::Rcode::BADVERS, std::nullopt};
  if (has_impossible_cookie(query)) return Refusal{dns::Rcode::FORMERR, std::nullopt};
  if (query.question_class() != dns::Class::IN) return unsupported(dns::Rcode::REFUSED, "only class IN");
  switch (query.question_type()) {
    case dns::Type::AXFR:
    case dns::Type::IXFR:
      return unsupported(dns::Rcode::REFUSED, "no zone transfers");
    case dns::Type::OPT:
      return Refusal{dns::Rcode::FORMERR, std::nullopt};
    case dns::Type::ANY:
      return std::nullopt;
    default:
      if (dns::is_meta_type(query.question_type()))
        return unsupported(dns::Rcode::NOTIMP, "no such data type");
      return std::nullopt;
  }
}

Refusal recursion_needed() {
  return {dns::Rcode::REFUSED,
          dns::ExtendedErrorOption{dns::ExtendedError::not_authoritative, "set RD to have it resolved"}};
}

}  // namespace tributary::resolver
