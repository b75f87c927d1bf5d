#include <gmock/gmock.h>

#include "resolver/admin/status.hpp"

namespace tributary::resolver {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Status::Upstream upstream(const char* name, const char* url, const char* state = "closed") {
  Status::Upstream out;
  out.name = name, out.url = url, out.state = state;
  return out;
}

/// Of a server for DNS over HTTPS that cannot be asked, and nothing else.
Status::Problem of_https(const char* reason, const char* detail, bool connecting = true,
                         const char* url = "https://dns.example/dns-query") {
  Status status;
  status.upstreams.push_back(upstream("doh", url, "open"));
  status.upstreams[0].reason = "5 failures in 1.0 s: no reply in time";
  status.upstreams[0].last_failure = Status::Failure{"", reason, detail, connecting};
  const auto problems = problems_of(status);
  EXPECT_THAT(problems, SizeIs(1));
  return problems.at(0);
}

TEST(StatusProblems, DnsOverHttpsThatIsBlockedSaysHowItFails) {
  const struct {
    const char *reason, *detail, *remedy;
  } cases[] = {
      {"timeout", "connecting to 192.0.2.9 port 443 took too long", "drops what is sent to its port"},
      {"network", "cannot connect to 192.0.2.9 port 443: Connection refused", "its port is refused"},
      {"tls", "192.0.2.9 port 443: the TLS handshake failed: Connection reset by peer", "TLS is broken"},
      {"tls", "192.0.2.9 port 443: the server's certificate is refused: hostname mismatch",
       "answers in its place"},
  };
  for (const auto& [reason, detail, remedy] : cases) {
    const auto problem = of_https(reason, detail);
    EXPECT_EQ(problem.what, std::string("upstream doh is open: ") + detail);
    EXPECT_THAT(problem.remedy,
                AllOf(HasSubstr(remedy), HasSubstr("openssl s_client -connect dns.example:443"),
                      HasSubstr("url: \"udp://")));
  }
}

TEST(StatusProblems, TheCommandNamesThePlaceOfTheUrl) {
  EXPECT_THAT(of_https("timeout", "", true, "https://dns.example:8443/x").remedy,
              HasSubstr("-connect dns.example:8443;"));
  EXPECT_THAT(of_https("timeout", "", true, "https://[2001:db8::1]/x").remedy,
              HasSubstr("-connect [2001:db8::1]:443;"));
}

TEST(StatusProblems, AConnectedServerThatIsSilentIsNotCalledBlocked) {
  EXPECT_THAT(of_https("timeout", "no response in time", false).remedy, Not(HasSubstr("drops")));
}

TEST(StatusProblems, AHostThatNobodyKnowsIsAMatterOfBootstrap) {
  EXPECT_THAT(of_https("no_address", "dns.example cannot be looked up: no data").remedy,
              HasSubstr("bootstrap: ["));
}

TEST(StatusProblems, WhoAnswersInClearShowsThatTheNetworkWorks) {
  Status status;
  status.upstreams = {upstream("doh", "https://dns.example/dns-query", "open"),
                      upstream("plain", "udp://192.0.2.1:53")};
  status.upstreams[0].last_failure = Status::Failure{"", "timeout", "connecting took too long", true};
  EXPECT_EQ(problems_of(status).at(0).what, "upstream doh is open: connecting took too long");
  status.upstreams[1].replies = 1;
  EXPECT_EQ(problems_of(status).at(0).what,
            "upstream doh is open: connecting took too long; plain answers in clear");
}

TEST(StatusProblems, AServerOfThisHostMayAskUsInTurn) {
  Status status;
  status.upstreams = {upstream("resolved", "udp://127.0.0.53:53", "open"),
                      upstream("far", "udp://192.0.2.1:53", "open")};
  const auto problems = problems_of(status);
  EXPECT_THAT(problems.at(0).remedy, HasSubstr("not ask Tributary in turn"));
  EXPECT_THAT(problems.at(1).remedy, Not(HasSubstr("in turn")));
}

TEST(StatusProblems, ABadClockSaysWhatItShowsAndWhatFollows) {
  Status status;
  status.clock = {"bad", "it shows 1970-01-01T00:00:07Z, which is before this program was built"};
  status.dnssec.mode = "validate";
  const auto problems = problems_of(status);
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(problems[0].what,
              AllOf(HasSubstr("1970-01-01T00:00:07Z"), HasSubstr("dates of signatures are not checked"),
                    Not(HasSubstr("certificates"))));
  EXPECT_THAT(problems[0].remedy, AllOf(HasSubstr("timedatectl set-ntp true"), HasSubstr("date --set")));
}

TEST(StatusProblems, ABadClockMattersToWhoJudgesByDates) {
  Status status;
  status.clock.state = "bad";
  status.dnssec.mode = "off";
  EXPECT_THAT(problems_of(status), IsEmpty());
  status.upstreams.push_back(upstream("doh", "https://dns.example/dns-query"));
  EXPECT_THAT(problems_of(status).at(0).what, HasSubstr("certificates may be refused"));
}

TEST(StatusProblems, ALinkWithNothingButHttpsMayBeBlocked) {
  Status status;
  status.link.down = true;
  status.upstreams.push_back(upstream("doh", "https://dns.example/dns-query"));
  EXPECT_THAT(problems_of(status).at(0).remedy, AllOf(HasSubstr("ip route"), HasSubstr("blocked")));
  status.upstreams[0].last_failure = Status::Failure{"", "timeout", "connecting took too long", true};
  EXPECT_THAT(problems_of(status).at(0).what, HasSubstr("through it: connecting took too long"));
  status.upstreams.push_back(upstream("plain", "udp://192.0.2.1:53"));
  EXPECT_THAT(problems_of(status).at(0).remedy, Not(HasSubstr("blocked")));
}

}  // namespace
}  // namespace tributary::resolver
