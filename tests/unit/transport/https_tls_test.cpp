#include <gmock/gmock.h>

#include "tests/unit/transport/https_fixture.hpp"

namespace tributary::resolver {
namespace {

using test::CertificateAuthority;
using test::HttpsServer;
using testing::HasSubstr;

class HttpsTlsTest : public HttpsFixture {};

struct BadCertificate {
  const char* name;
  std::function<test::Certificate(const CertificateAuthority&)> certificate;
  const char* detail;
};

class HttpsBadCertificateTest : public HttpsFixture, public testing::WithParamInterface<BadCertificate> {};

TEST_P(HttpsBadCertificateTest, IsRefusedAndNothingIsSent) {
  auto options = server_options();
  options.certificate = GetParam().certificate(authority);
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  const auto reply = answer(*transport);
  EXPECT_EQ(kind_of(reply), Failure::Kind::tls);
  EXPECT_THAT(reply.error().detail, HasSubstr(GetParam().detail));
  EXPECT_TRUE(reply.error().connecting);
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_TRUE(server.requests().empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, HttpsBadCertificateTest,
    testing::Values(
        BadCertificate{"WrongHost", [](const auto& authority) { return authority.issue("other.test"); },
                       "hostname mismatch"},
        BadCertificate{
            "Expired",
            [](const auto& authority) { return authority.issue("dns.test", std::chrono::seconds(-60)); },
            "expired"},
        BadCertificate{"SelfSigned",
                       [](const auto&) { return CertificateAuthority::self_signed("dns.test"); },
                       "self-signed"},
        BadCertificate{"UnknownAuthority",
                       [](const auto&) { return CertificateAuthority().issue("dns.test"); }, "certificate"}),
    [](const auto& test) { return test.param.name; });

TEST_F(HttpsTlsTest, TheSystemsAuthoritiesDoNotKnowOurs) {
  HttpsServer server(loop, server_options());
  tls = std::make_shared<TlsContext>(std::nullopt);
  const auto transport = transport_to(server);
  EXPECT_EQ(kind_of(answer(*transport)), Failure::Kind::tls);
}

TEST_F(HttpsTlsTest, AnAddressAsHostIsVerifiedAsAddress) {
  auto options = server_options();
  options.certificate = authority.issue("127.0.0.1");
  HttpsServer server(loop, options);
  auto chosen = transport_options(server);
  chosen.host = "127.0.0.1";
  const auto transport = transport_to(chosen);
  const auto reply = answer(*transport);
  EXPECT_TRUE(reply) << reply.error().detail;
}

TEST_F(HttpsTlsTest, ACertificateForAnotherAddressIsRefused) {
  auto options = server_options();
  options.certificate = authority.issue("127.0.0.2");
  HttpsServer server(loop, options);
  auto chosen = transport_options(server);
  chosen.host = "127.0.0.1";
  const auto transport = transport_to(chosen);
  const auto reply = answer(*transport);
  EXPECT_EQ(kind_of(reply), Failure::Kind::tls);
  EXPECT_THAT(reply.error().detail, HasSubstr("IP address mismatch"));
}

TEST_F(HttpsTlsTest, AServerWithoutHttp2IsRefused) {
  auto options = server_options();
  options.http2 = false;
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  const auto reply = answer(*transport);
  EXPECT_EQ(kind_of(reply), Failure::Kind::tls);
  EXPECT_THAT(reply.error().detail, HasSubstr("HTTP/2"));
}

TEST_F(HttpsTlsTest, ResumesItsSession) {
  HttpsServer server(loop, server_options());
  const auto transport = transport_to(server);
  ASSERT_TRUE(answer(*transport));
  server.hang_up();
  ASSERT_TRUE(answer(*transport));
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_EQ(server.resumed(), 1U);
}

TEST_F(HttpsTlsTest, AMissingAuthorityFileIsNamed) {
  HttpsServer server(loop, server_options());
  tls = std::make_shared<TlsContext>("/nonexistent/ca.pem");
  const auto transport = transport_to(server);
  const auto reply = answer(*transport);
  EXPECT_EQ(kind_of(reply), Failure::Kind::tls);
  EXPECT_THAT(reply.error().detail, HasSubstr("/nonexistent/ca.pem"));
}

}  // namespace
}  // namespace tributary::resolver
