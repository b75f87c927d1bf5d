#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "base/random.hpp"
#include "dns/message_builder.hpp"
#include "resolver/transport/outgoing_query.hpp"
#include "resolver/transport/plain_server.hpp"
#include "resolver/upstream/upstream.hpp"
#include "resolver/upstream/worker_tools.hpp"
#include "tests/support/ended_task.hpp"
#include "tests/support/fake_dns_server.hpp"
#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {

using Message = std::vector<std::uint8_t>;

dns::Name name(std::string_view text);
Query query_for(std::string_view owner, dns::Type type = dns::Type::A);

/// What a scripted server says to a query.
struct Answer {
  dns::Rcode rcode = dns::Rcode::NOERROR;
  bool truncated = false;
  bool edns = true;
  std::optional<Message> cookie = {};  ///< The data of a COOKIE option.
  std::vector<std::string_view> records = {"www.example. 300 IN A 192.0.2.1"};
};
/// Requires: `query` is well formed.
Message reply_to(const Message& query, const Answer& answer = {});
Message wire_of(const OutgoingQuery& query);
Message bare_error_to(const Message& query, dns::Rcode rcode);

/// The data of the COOKIE option in a message; empty if there is none.
Message cookie_in(const Message& message);
bool has_edns(const Message& message);
dns::Rcode rcode_of(const Message& message);
bool is_truncated(const Message& message);
Message with_id_changed(Message message);
Message in_lower_case(Message query);  ///< The question's letters.

/// An event loop with a fake server on it, and time that the test moves.
class PlainTransportTest : public testing::Test {
 public:
  /// An exchange under way; `result` is set when it has ended.
  using Exchange = tributary::Ended<ExchangeResult>;

 protected:
  static constexpr std::chrono::seconds patience{4};

  struct EventLoop : asio::io_context {
    using asio::execution_context::shutdown;
  };

  PlainServer plain_server(bool authority = false) const {
    return {{server_->address(), server_->port()}, authority};
  }
  std::shared_ptr<Exchange> begin(Upstream& upstream, const Query& query);
  /// Runs the event loop until `done`; fails the test when that takes more than 10 s.
  void run_until(const std::function<bool()>& done);
  ExchangeResult finish(const std::shared_ptr<Exchange>& exchange);
  ExchangeResult ask(Upstream& upstream, const Query& query = query_for("www.example."));
  /// As the daemon does it: lets go of what is suspended before what it refers to is destroyed.
  void end_event_loop();
  /// Runs what is ready, then moves time and runs what has become ready by that.
  void advance(Duration by);

  ManualClock clock_;
  SystemRandom random_;
  std::unique_ptr<EventLoop> loop_ = std::make_unique<EventLoop>();
  Timers timers_{loop_->get_executor(), clock_};
  Nursery nursery_;
  const WorkerTools tools_{loop_->get_executor(), clock_, random_, timers_, nursery_};
  std::unique_ptr<FakeDnsServer> server_ = std::make_unique<FakeDnsServer>(*loop_);
};

}  // namespace tributary::resolver
