#pragma once

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {

inline const std::string stale_www = "www.example. 30 IN A 192.0.2.1";

class ServeStaleTest : public ResolutionTest {
 protected:
  ServeStaleTest() { world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"}; }

  /// `owner` is in the cache, and has just expired.
  void expire(std::string_view owner) {
    ASSERT_TRUE(ask(owner));
    clock.advance(std::chrono::seconds(300));
    responses.clear();
    world->asked.clear();
  }
  void advance(Duration by) {
    clock.advance(by);
    poll();
  }
  void break_upstreams() {
    world->script = [](const Query& query) { return StubUpstream::reply(query, dns::Rcode::SERVFAIL); };
  }
  void mend_upstreams() {
    world->script = [](const Query& query) {
      return StubUpstream::reply(query, dns::Rcode::NOERROR, {"www.example. 300 IN A 192.0.2.2"});
    };
  }
};

}  // namespace tributary::resolver::testing
