#include "resolver/querylog/dnstap_message.hpp"

#include "resolver/querylog/frame_stream.hpp"
#include "resolver/querylog/protobuf.hpp"

namespace tributary::resolver {
namespace {

// Numbers of dnstap.proto.
namespace dnstap {
constexpr unsigned identity = 1, version = 2, message = 14, type = 15;  // fields of Dnstap
constexpr unsigned is_message = 1;                                      // Dnstap.Type
}  // namespace dnstap
namespace message {
constexpr unsigned type = 1, socket_family = 2, socket_protocol = 3, query_address = 4, query_port = 6,
                   query_seconds = 8, query_nanoseconds = 9, query_message = 10, response_seconds = 12,
                   response_nanoseconds = 13, response_message = 14;
constexpr unsigned client_query = 5, client_response = 6;  // Message.Type
constexpr unsigned inet = 1, inet6 = 2;                    // SocketFamily
constexpr unsigned udp = 1, tcp = 2;                       // SocketProtocol
}  // namespace message

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

std::string_view text_of(std::span<const std::uint8_t> octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

void write_time(ProtobufWriter& out, unsigned seconds, unsigned nanoseconds, Duration since_1970) {
  const auto count = since_1970.count();
  out.number(seconds, static_cast<std::uint64_t>(count / nanoseconds_per_second));
  out.fixed(nanoseconds, static_cast<std::uint32_t>(count % nanoseconds_per_second));
}

void write_message(ProtobufWriter out, const LoggedQuery& query, bool response) {
  const auto& [client, protocol, received, replied, origin, rcode, error] = query.facts;
  out.number(message::type, response ? message::client_response : message::client_query);
  out.number(message::socket_family, client.ipv6 ? message::inet6 : message::inet);
  out.number(message::socket_protocol, protocol == Protocol::udp ? message::udp : message::tcp);
  out.octets(message::query_address, text_of(client.address()));
  if (client.port != 0) out.number(message::query_port, client.port);
  write_time(out, message::query_seconds, message::query_nanoseconds, query.received());
  if (!response) return out.octets(message::query_message, text_of(query.query));
  write_time(out, message::response_seconds, message::response_nanoseconds, query.replied());
  out.octets(message::response_message, text_of(query.reply));
}

}  // namespace

void DnstapEncoder::append(const LoggedQuery& query, std::string& out) {
  append_frame(query, false, out);
  append_frame(query, true, out);
}

void DnstapEncoder::append_frame(const LoggedQuery& query, bool response, std::string& out) {
  message_.clear();
  write_message(ProtobufWriter(message_), query, response);
  envelope_.clear();
  ProtobufWriter envelope(envelope_);
  envelope.octets(dnstap::identity, identity_);
  envelope.octets(dnstap::version, version_);
  envelope.octets(dnstap::message, message_);
  envelope.number(dnstap::type, dnstap::is_message);
  append_data_frame(envelope_, out);
}

}  // namespace tributary::resolver
