#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "resolver/transport/https_transport.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/ended_task.hpp"
#include "tests/support/https_server.hpp"
#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {

/// A server for "dns.test" and a transport that trusts its authority. Time stands still unless a test moves
/// it.
class HttpsFixture : public testing::Test {
 protected:
  using Asked = std::shared_ptr<tributary::Ended<ExchangeResult>>;

  test::ServerOptions server_options() const {
    test::ServerOptions options;
    options.certificate = authority.issue("dns.test");
    return options;
  }

  HttpsOptions transport_options(const test::HttpsServer& server) const {
    HttpsOptions options;
    options.host = "dns.test";
    options.port = server.port();
    options.address = asio::ip::address_v4::loopback();
    return options;
  }

  std::unique_ptr<HttpsTransport> transport_to(const HttpsOptions& options) {
    return std::make_unique<HttpsTransport>(loop.get_executor(), clock, tls, options);
  }
  std::unique_ptr<HttpsTransport> transport_to(const test::HttpsServer& server) {
    return transport_to(transport_options(server));
  }

  static Query query(const std::string& name = "www.example.") {
    Query made;
    made.question.name = dns::Name::parse(name).value();
    return made;
  }

  Asked ask(HttpsTransport& transport, const Query& asked, Duration patience = std::chrono::seconds(4)) {
    return start_task(nursery, transport.exchange(asked, Deadline(clock.now() + patience)));
  }

  /// Runs the event loop until `condition` holds; that it never does is a failure of the test.
  void run_until(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    loop.restart();
    while (!condition() && std::chrono::steady_clock::now() < give_up) {
      loop.run_one_for(std::chrono::milliseconds(100));
      if (loop.stopped()) loop.restart();
    }
    ASSERT_TRUE(condition());
  }

  /// Runs what is ready, and what becomes ready by that at the other end of a connection.
  void settle() {
    for (int round = 0; round < 20; ++round) {
      loop.restart();
      loop.poll();
    }
  }

  ExchangeResult result_of(const Asked& asked) {
    run_until([&] { return asked->result.has_value(); });
    return asked->result.has_value() ? *asked->result
                                     : tl::unexpected(Failure{Failure::Kind::cancelled, "no result", {}});
  }
  ExchangeResult answer(HttpsTransport& transport, const Query& asked = query()) {
    return result_of(ask(transport, asked));
  }

  static Failure::Kind kind_of(const ExchangeResult& result) {
    EXPECT_FALSE(result.has_value());
    return result ? Failure::Kind::cancelled : result.error().kind;
  }

  /// As the daemon's: lets go of what is suspended before the objects that it refers to are destroyed.
  struct EventLoop : asio::io_context {
    void abandon() { shutdown(); }
  };

  ManualClock clock;
  EventLoop loop;
  Nursery nursery;
  test::CertificateAuthority authority;
  test::TemporaryFile ca_file{authority.pem()};
  std::shared_ptr<TlsContext> tls = std::make_shared<TlsContext>(ca_file.path());
};

}  // namespace tributary::resolver
