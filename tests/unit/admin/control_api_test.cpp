#include "resolver/admin/control_api.hpp"

#include <fstream>
#include <iterator>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "dns/message_builder.hpp"
#include "policy/yaml_document.hpp"
#include "resolver/admin/openapi_text.hpp"

namespace tributary::resolver {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using Parameters = std::map<std::string, std::string>;

HttpResponse call(const Control& control, const std::string& method, const std::string& path,
                  Parameters parameters = {}, const std::string& body = {}) {
  const auto routes = control_routes(control);
  HttpRequest request{method, path, std::move(parameters), body};
  const auto* route = routes.find(request);
  return route != nullptr ? route->handler(request) : routes.none(request);
}

TEST(ControlApi, EveryRouteIsDescribedAndTheReverse) {
  std::set<std::string> served, described;
  const auto routes = control_routes({});
  for (const auto& route : routes.all()) served.insert(route.method + " " + route.path);
  const auto document = policy::read_yaml(openapi_text);
  ASSERT_TRUE(document) << document.error().message;
  for (const auto& [key, place, value] : document->entries) {
    if (key != "paths") continue;
    for (const auto& path : value.entries) {
      for (const auto& method : path.value.entries)
        described.insert((method.key == "get" ? "GET " : "POST ") + path.key);
    }
  }
  EXPECT_EQ(served, described);
}

TEST(ControlApi, ServesItsDescriptionAsItStandsInTheSources) {
  std::ifstream file(TRIBUTARY_SOURCE_DIR "/docs/api/openapi.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(call({}, "GET", "/api/v1/openapi.yaml").body, text);
}

TEST(ControlApi, WhatIsNotBuiltInSaysSo) {
  for (const auto* path : {"/ready", "/metrics", "/api/v1/status", "/api/v1/config", "/api/v1/query",
                           "/api/v1/explain", "/api/v1/cache"})
    EXPECT_EQ(call({}, "GET", path, {{"name", "a.test"}}).status, 503) << path;
  for (const auto* path : {"/api/v1/flush", "/api/v1/reload", "/api/v1/cache", "/api/v1/upstreams/a/probe"})
    EXPECT_EQ(call({}, "POST", path, {}, R"({"name": "a.test"})").status, 503) << path;
  EXPECT_EQ(call({}, "GET", "/health").body, "ok\n");
}

TEST(ControlApi, IsReadyUntilToldWhyNot) {
  std::optional<std::string> why;
  Control control;
  control.not_ready = [&why] { return why; };
  EXPECT_EQ(call(control, "GET", "/ready").status, 200);
  why = "no source";
  const auto response = call(control, "GET", "/ready");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(Json::parse(response.body)["error"]["message"], "no source");
}

TEST(ControlApi, FlushesWhatTheBodySays) {
  std::vector<FlushRequest> flushed;
  Control control;
  control.flush = [&](const FlushRequest& request) {
    flushed.push_back(request);
    return 7u;
  };
  EXPECT_EQ(Json::parse(call(control, "POST", "/api/v1/flush", {}, R"({"name": "A.test"})").body)["dropped"],
            7);
  call(control, "POST", "/api/v1/flush", {}, R"({"name": ".", "type": "aaaa", "subtree": true})");
  ASSERT_EQ(flushed.size(), 2u);
  EXPECT_EQ(flushed[0].name.to_text(), "A.test.");
  EXPECT_FALSE(flushed[0].type || flushed[0].subtree);
  EXPECT_TRUE(flushed[1].name.is_root() && flushed[1].subtree);
  EXPECT_EQ(flushed[1].type, dns::Type::AAAA);
}

TEST(ControlApi, RefusesBodiesThatSayNothing) {
  Control control;
  control.flush = [](const FlushRequest&) -> Controlled<std::size_t> { throw std::logic_error("flushed"); };
  for (const auto* body : {"", "[]", "{}", R"({"name": 7})", R"({"name": ""})", R"({"name": "a..b"})",
                           R"({"name": "a.test", "type": "NONSENSE"})", R"({"name": "a.test", "type": 1})",
                           R"({"name": "a.test", "type": "ANY"})", "{\"name\": \"\xff"})
    EXPECT_EQ(call(control, "POST", "/api/v1/flush", {}, body).status, 400) << body;
}

TEST(ControlApi, ActsOnTheUpstreamInThePath) {
  std::string acted;
  Control control;
  control.upstream = [&](const std::string& name, UpstreamAction action) -> Controlled<void> {
    if (name != "quad9") return tl::unexpected(ControlError{404, "no such upstream", "look", {}});
    acted = name + (action == UpstreamAction::disable ? " off" : " other");
    return {};
  };
  EXPECT_EQ(call(control, "POST", "/api/v1/upstreams/quad9/disable").status, 200);
  EXPECT_EQ(acted, "quad9 off");
  EXPECT_EQ(call(control, "POST", "/api/v1/upstreams/nobody/enable").status, 404);
  EXPECT_EQ(call(control, "POST", "/api/v1/upstreams/quad9/paint").status, 404);
  EXPECT_EQ(call(control, "GET", "/api/v1/upstreams/quad9/probe").status, 405);
}

TEST(ControlApi, TellsEveryErrorOfAReload) {
  Control control;
  control.reload = []() -> Controlled<std::vector<std::string>> {
    return tl::unexpected(
        ControlError{409, "the file is wrong", "mend it", {"t.yaml:1:1: a", "t.yaml:2:1: b"}});
  };
  const auto response = call(control, "POST", "/api/v1/reload");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(Json::parse(response.body)["error"]["errors"].size(), 2u);
}

TEST(ControlApi, ShowsTheReplyToAQuery) {
  Control control;
  control.query = [](std::vector<std::uint8_t> query) -> Controlled<std::vector<std::uint8_t>> {
    const auto asked = dns::MessageView::parse(query)->question();
    dns::Header header;
    header.response = header.authentic_data = true;
    header.rcode = dns::Rcode::NXDOMAIN;
    dns::MessageBuilder builder(header);
    builder.question(asked);
    EXPECT_TRUE(builder.record(dns::Section::answer,
                               *dns::parse_record(asked.name.to_text() + " 60 IN CNAME b.test.")));
    std::vector<std::uint8_t> options;
    dns::append_extended_error(options, {dns::ExtendedError::network_error, "down"});
    dns::Edns edns;
    edns.options = options;
    EXPECT_TRUE(builder.edns(edns));
    return builder.take();
  };
  const auto json =
      Json::parse(call(control, "GET", "/api/v1/query", {{"name", "a.test"}, {"type", "AAAA"}}).body);
  EXPECT_EQ(json["question"], (Json{{"name", "a.test."}, {"type", "AAAA"}}));
  EXPECT_EQ(json["rcode"], "NXDOMAIN");
  EXPECT_EQ(json["flags"], Json{"ad"});
  EXPECT_THAT(json["records"][0].get<std::string>(), HasSubstr("CNAME"));
  EXPECT_EQ(json["ede"][0], (Json{{"code", 23}, {"text", "down"}}));
}

TEST(ControlApi, AsksForANameAndAType) {
  Control control;
  control.query = [](const auto&) -> Controlled<std::vector<std::uint8_t>> {
    throw std::logic_error("asked");
  };
  control.explain = [](const auto&) -> Controlled<std::string> { throw std::logic_error("asked"); };
  for (const auto* path : {"/api/v1/query", "/api/v1/explain"}) {
    for (const auto& parameters : {Parameters{}, Parameters{{"name", ""}}, Parameters{{"name", "a..b"}},
                                   Parameters{{"name", "a.test"}, {"type", "AXFR"}}})
      EXPECT_EQ(call(control, "GET", path, parameters).status, 400);
  }
}

TEST(StatusJson, LeavesOutWhatIsNotKnown) {
  Status status;
  status.upstreams.emplace_back().name = "\xff<script>";
  const auto json = Json::parse(status_json(status));
  EXPECT_FALSE(json["traffic"].contains("queries_per_second"));
  EXPECT_FALSE(json["configuration"].contains("last_error"));
  EXPECT_FALSE(json["upstreams"][0].contains("p50_ms"));
  EXPECT_EQ(json["upstreams"][0]["name"], "\uFFFD<script>");
  EXPECT_TRUE(json["dnssec"]["failures"].is_array());
}

TEST(StatusProblems, EachComesWithARemedy) {
  Status status;
  status.upstreams.resize(3);
  status.upstreams[0].name = "a", status.upstreams[0].state = "open", status.upstreams[0].reason = "timeout";
  status.upstreams[1].name = "b", status.upstreams[1].state = "disabled", status.upstreams[1].disabled = true;
  status.upstreams[2].name = "c", status.upstreams[2].state = "closed";
  status.clock.state = "bad";
  status.link.down = true;
  const auto problems = problems_of(status);
  ASSERT_EQ(problems.size(), 4u);
  EXPECT_EQ(problems[1].what, "upstream a is open: timeout");
  EXPECT_EQ(problems[2].remedy, "tributary upstream enable b");
  for (const auto& problem : problems) EXPECT_FALSE(problem.remedy.empty()) << problem.what;
}

}  // namespace
}  // namespace tributary::resolver
