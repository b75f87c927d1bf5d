#pragma once

#include "resolver/transport/udp_transport.hpp"
#include "tests/unit/transport/plain_transport_fixture.hpp"

namespace tributary::resolver {

using Messages = std::vector<Message>;

/// The letters of the question with their case turned around.
inline Message in_other_case(Message message) {
  for (auto octet = message.begin() + dns::header_size; *octet != 0; ++octet) {
    if ((*octet | 0x20) >= 'a' && (*octet | 0x20) <= 'z') *octet ^= 0x20;
  }
  return message;
}

inline constexpr auto from_tcp = "www.example. 300 IN A 192.0.2.99";

class UdpTransportTest : public PlainTransportTest {
 protected:
  /// Answers over TCP with a record of its own.
  void answer_over_tcp(Answer answer = {}) {
    answer.records = {from_tcp};
    server_->on_tcp = [answer](FakeDnsServer::Connection& connection, const Message& query) {
      connection.reply(reply_to(query, answer));
    };
  }
  void answer_over_udp(const Answer& answer = {}) {
    server_->on_udp = [answer](const Message& query) { return Messages{reply_to(query, answer)}; };
  }
  /// Asks, and lets time go by: an error is held for a while, for something better may come.
  ExchangeResult ask_patiently(UdpTransport& transport) {
    const auto exchange = begin(transport, query_for("www.example."));
    run_until([&] {
      advance(std::chrono::milliseconds(20));
      return exchange->result.has_value();
    });
    return *exchange->result;
  }
  static bool came_over_tcp(const ExchangeResult& result) {
    const auto records = dns::read_records(dns::MessageView::parse(result.value().message).value()).value();
    return records.answer.size() == 1 && records.answer[0].rdata.back() == 99;
  }

  std::unique_ptr<UdpTransport> transport_ =
      std::make_unique<UdpTransport>(tools_, plain_server(), policy::PortMode::fresh);
};

}  // namespace tributary::resolver
