#pragma once

#include "policy/config.hpp"

namespace tributary::resolver {

/// The root to `world`, corp.test. to `office`: groups of one upstream, each over UDP. Nobody listens.
inline policy::Config two_routes() {
  policy::Config config;
  std::uint16_t port = 5301;
  for (const char* name : {"world", "office"}) {
    policy::UpstreamConfig upstream;
    upstream.name = name;
    upstream.address = {asio::ip::make_address("127.0.0.1"), port++};
    config.upstreams.push_back(upstream);
    policy::GroupConfig group;
    group.name = name;
    group.upstreams = {name};
    config.groups.push_back(group);
  }
  config.routes = {{dns::Name(), "world"}, {dns::Name::parse("corp.test.").value(), "office"}};
  config.allow = {policy::Prefix::of(asio::ip::make_address("127.0.0.0"), 8)};
  config.workers = 2;
  return config;
}

}  // namespace tributary::resolver
