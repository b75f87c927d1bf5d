// What a client sends, as far as it is looked at before anything is asked or looked up: who is refused, what
// is answered at once. Every response is a message with the client's ID and question, and no larger than it
// may be.
#include <algorithm>
#include <cstdlib>

#include "dns/message_view.hpp"
#include "policy/config_reader.hpp"
#include "policy/decide.hpp"
#include "resolver/response.hpp"
#include "resolver/screening.hpp"

namespace {

using namespace tributary;
using namespace tributary::resolver;

void require(bool ok) {
  if (!ok) std::abort();
}

const policy::Policy& default_policy() {
  static const auto config =
      policy::parse_config("upstreams: { u: { url: \"udp://192.0.2.1\" } }\n", "fuzz.yaml");
  static const policy::Policy policy(*config);
  return policy;
}

std::array<std::uint8_t, 65535> out;

void check_header_response(const dns::Header& header, dns::Rcode rcode) {
  const auto size = write_header_response(header, rcode, out);
  const auto response = dns::read_header(std::span(out).first(size));
  require(response && response->id == header.id && response->response && response->rcode == rcode);
}

void check_response(const dns::MessageView& query, dns::Rcode rcode, Protocol protocol) {
  ResponseContent content;
  content.rcode = rcode;
  const auto limit = response_limit(query, protocol);
  require(protocol == Protocol::tcp || limit <= 1232);
  const auto size = write_response(query, content, limit, out);
  const auto response = dns::MessageView::parse(std::span(out).first(size));
  require(size <= limit && response && response->header().id == query.header().id &&
          response->header().response);
  require(std::ranges::equal(response->question_wire(), query.question_wire()));
  require(response->edns().has_value() == query.edns().has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> message(data, size);
  const auto header = dns::read_header(message);
  if (!header || header->response) return 0;
  if (header->opcode != dns::Opcode::QUERY) return check_header_response(*header, dns::Rcode::NOTIMP), 0;
  const auto view =
      has_few_records(message) ? dns::MessageView::parse(message) : tl::unexpected(dns::ParseError::cut_off);
  if (!view) return check_header_response(*header, dns::Rcode::FORMERR), 0;
  static_cast<void>(default_policy().decide(asio::ip::address_v4::loopback(), view->question()));
  const auto refusal = screen(*view);
  for (const auto protocol : {Protocol::udp, Protocol::tcp})
    check_response(*view, refusal ? refusal->rcode : dns::Rcode::NOERROR, protocol);
  return 0;
}
