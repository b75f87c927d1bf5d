#include "tests/unit/transport/plain_transport_fixture.hpp"

namespace tributary::resolver {

dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

Query query_for(std::string_view owner, dns::Type type) {
  Query query;
  query.question = {name(owner), type, dns::Class::IN};
  return query;
}

Message reply_to(const Message& query, const Answer& answer) {
  const auto view = dns::MessageView::parse(query).value();
  dns::Header header;
  header.id = view.header().id;
  header.response = true;
  header.truncated = answer.truncated;
  header.rcode = answer.rcode;
  dns::MessageBuilder builder(header);
  builder.question(view.question());
  for (const auto line : answer.records) {
    EXPECT_TRUE(builder.record(dns::Section::answer, dns::parse_record(line).value()));
  }
  Message options;
  if (answer.cookie) dns::append_option(options, dns::OptionCode::cookie, *answer.cookie);
  dns::Edns edns;
  edns.options = options;
  const bool whole = !answer.edns || builder.edns(edns);
  EXPECT_TRUE(whole);
  return builder.take();
}

Message wire_of(const OutgoingQuery& query) {
  return {query.wire().begin(), query.wire().end()};
}

Message bare_error_to(const Message& query, dns::Rcode rcode) {
  return {query[0], query[1], 0x80, static_cast<std::uint8_t>(rcode), 0, 0, 0, 0, 0, 0, 0, 0};
}

Message cookie_in(const Message& message) {
  const auto view = dns::MessageView::parse(message).value();
  const auto data = view.edns() ? view.edns()->options.find(dns::OptionCode::cookie) : std::nullopt;
  return data ? Message(data->begin(), data->end()) : Message();
}

bool has_edns(const Message& message) {
  return dns::MessageView::parse(message).value().edns().has_value();
}

dns::Rcode rcode_of(const Message& message) {
  return dns::MessageView::parse(message).value().rcode();
}

bool is_truncated(const Message& message) {
  return dns::MessageView::parse(message).value().header().truncated;
}

Message with_id_changed(Message message) {
  message[0] ^= 1;
  return message;
}

Message in_lower_case(Message query) {
  for (auto octet = query.begin() + dns::header_size; *octet != 0; ++octet) {
    if (*octet >= 'A' && *octet <= 'Z') *octet |= 0x20;
  }
  return query;
}

std::shared_ptr<PlainTransportTest::Exchange> PlainTransportTest::begin(Upstream& upstream,
                                                                        const Query& query) {
  return start_task(nursery_, upstream.exchange(query, Deadline(clock_.now() + patience)));
}

void PlainTransportTest::run_until(const std::function<bool()>& done) {
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!done()) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up_at) << "nothing more happens";
    loop_->restart();
    loop_->run_one_for(std::chrono::milliseconds(100));
  }
}

ExchangeResult PlainTransportTest::finish(const std::shared_ptr<Exchange>& exchange) {
  run_until([&] { return exchange->result.has_value(); });
  if (!exchange->result) return tl::unexpected(Failure{Failure::Kind::cancelled, "the test gave up", {}});
  return *exchange->result;
}

ExchangeResult PlainTransportTest::ask(Upstream& upstream, const Query& query) {
  return finish(begin(upstream, query));
}

void PlainTransportTest::end_event_loop() {
  nursery_.clear();
  server_.reset();
  loop_->shutdown();
}

void PlainTransportTest::advance(Duration by) {
  loop_->restart();
  loop_->poll();
  clock_.advance(by);
  loop_->restart();
  loop_->poll();
}

}  // namespace tributary::resolver
