#include "resolver/admin/control_api.hpp"
#include "resolver/admin/status_page.hpp"

#include <chrono>

#include <nlohmann/json.hpp>

#include "dns/message_builder.hpp"
#include "resolver/admin/openapi_text.hpp"
#include "resolver/admin/reply_json.hpp"

namespace tributary::resolver {
namespace {

using Json = nlohmann::ordered_json;
using Pace = HttpRoute::Pace;
using SharedControl = std::shared_ptr<const Control>;

constexpr std::size_t largest_dump = std::size_t{1} << 30;

// ---- What is answered.

HttpResponse page(std::string type, std::string body) {
  return {200, std::move(type), std::move(body), {}};
}

HttpResponse json_page(const Json& json) {
  return page("application/json", json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

HttpResponse not_built_in() {
  return error_response(503, "this is not built in", "");
}

HttpResponse refused(const ControlError& error) {
  auto response = error_response(error.status, error.message, error.remedy);
  if (error.details.empty()) return response;
  auto json = Json::parse(response.body);
  json["error"]["errors"] = error.details;
  response.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return response;
}

// ---- What is asked: the errors are responses.

template <typename Value>
using Read = tl::expected<Value, HttpResponse>;

std::string parameter(const HttpRequest& request, const std::string& name) {
  const auto found = request.parameters.find(name);
  return found != request.parameters.end() ? found->second : std::string();
}

Read<dns::Name> read_name(const std::string& text) {
  if (const auto name = dns::Name::parse(text); name && !text.empty()) return *name;
  return tl::unexpected(
      error_response(400, "\"" + text + "\" is no domain name", "give one as name, such as www.example.org"));
}

Read<dns::Type> read_type(const std::string& text) {
  const auto type = dns::parse_type(text);
  if (type && !dns::is_meta_type(*type)) return *type;
  return tl::unexpected(
      error_response(400, "\"" + text + "\" is no type of records", "give one as type, such as AAAA"));
}

Read<dns::Question> read_question(const HttpRequest& request) {
  const auto name = read_name(parameter(request, "name"));
  if (!name) return tl::unexpected(name.error());
  const auto type = parameter(request, "type");
  const auto read = read_type(type.empty() ? "A" : type);
  if (!read) return tl::unexpected(read.error());
  return dns::Question{*name, *read, dns::Class::IN};
}

Read<FlushRequest> read_flush(const HttpRequest& request) {
  const auto json = nlohmann::json::parse(request.body, nullptr, false);
  const auto text = [&json](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!json.is_object())
    return tl::unexpected(
        error_response(400, "the body is no JSON object", R"(send {"name": "www.example.org"})"));
  const auto name = read_name(text("name"));
  if (!name) return tl::unexpected(name.error());
  FlushRequest flush{*name, std::nullopt, json.value("subtree", nlohmann::json()) == true};
  if (!json.contains("type")) return flush;
  const auto type = read_type(text("type"));
  if (!type) return tl::unexpected(type.error());
  flush.type = *type;
  return flush;
}

// ---- The routes.

HttpResponse health(const HttpRequest&) {
  return page("text/plain", "ok\n");
}

HttpResponse ready(const Control& control) {
  if (!control.not_ready) return not_built_in();
  const auto why = control.not_ready();
  if (!why) return page("text/plain", "ready\n");
  return error_response(503, *why, "tributary status tells more");
}

HttpResponse query(const Control& control, const HttpRequest& request) {
  if (!control.query) return not_built_in();
  const auto question = read_question(request);
  if (!question) return question.error();
  dns::Header header;
  header.recursion_desired = true;
  dns::Edns edns;
  edns.dnssec_ok = parameter(request, "dnssec") == "1";
  const auto began = std::chrono::steady_clock::now();
  const auto reply = control.query(dns::build_query(header, *question, &edns));
  if (!reply) return refused(reply.error());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  return page("application/json", reply_json(*reply, took.count()));
}

HttpResponse explain(const Control& control, const HttpRequest& request) {
  if (!control.explain) return not_built_in();
  const auto question = read_question(request);
  if (!question) return question.error();
  ExplainRequest wanted{*question, parameter(request, "fresh") == "1", std::nullopt,
                        parameter(request, "format") == "text"};
  if (const auto strategy = parameter(request, "strategy"); !strategy.empty()) wanted.strategy = strategy;
  const auto explanation = control.explain(wanted);
  if (!explanation) return refused(explanation.error());
  return page(wanted.as_text ? "text/plain; charset=utf-8" : "application/json", *explanation);
}

HttpResponse flush(const Control& control, const HttpRequest& request) {
  if (!control.flush) return not_built_in();
  const auto wanted = read_flush(request);
  if (!wanted) return wanted.error();
  const auto dropped = control.flush(*wanted);
  return dropped ? json_page({{"dropped", *dropped}}) : refused(dropped.error());
}

HttpResponse reload(const Control& control) {
  if (!control.reload) return not_built_in();
  const auto changed = control.reload();
  return changed ? json_page({{"changed", *changed}}) : refused(changed.error());
}

HttpResponse act_on_upstream(const Control& control, const HttpRequest& request, UpstreamAction action) {
  if (!control.upstream) return not_built_in();
  const auto name = parameter(request, "name");
  const auto done = control.upstream(name, action);
  return done ? json_page({{"upstream", name}}) : refused(done.error());
}

HttpResponse dump_cache(const Control& control) {
  if (!control.dump_cache) return not_built_in();
  auto dump = control.dump_cache();
  return dump ? page("application/octet-stream", *std::move(dump)) : refused(dump.error());
}

HttpResponse load_cache(const Control& control, const HttpRequest& request) {
  if (!control.load_cache) return not_built_in();
  const auto loaded = control.load_cache(request.body);
  return loaded ? page("application/json", *loaded) : refused(loaded.error());
}

void add_watching(HttpRoutes& routes, const SharedControl& control) {
  routes.add({"GET", "/", [](const HttpRequest&) { return status_page(); }});
  routes.add({"GET", "/health", health});
  routes.add({"GET", "/ready", [control](const HttpRequest&) { return ready(*control); }});
  routes.add({"GET", "/metrics", [control](const HttpRequest&) {
                return control->metrics ? page("text/plain; version=0.0.4; charset=utf-8", control->metrics())
                                        : not_built_in();
              }});
  routes.add({"GET", "/api/v1/status", [control](const HttpRequest&) {
                return control->status ? page("application/json", status_json(control->status()))
                                       : not_built_in();
              }});
  routes.add({"GET", "/api/v1/config", [control](const HttpRequest&) {
                return control->config ? page("application/json", control->config()) : not_built_in();
              }});
  routes.add({"GET", "/api/v1/openapi.yaml",
              [](const HttpRequest&) { return page("application/yaml", std::string(openapi_text)); }});
}

void add_asking(HttpRoutes& routes, const SharedControl& control) {
  routes.add({"GET", "/api/v1/query",
              [control](const HttpRequest& request) { return query(*control, request); }, Pace::slow});
  routes.add({"GET", "/api/v1/explain",
              [control](const HttpRequest& request) { return explain(*control, request); }, Pace::slow});
  routes.add(
      {"GET", "/api/v1/cache", [control](const HttpRequest&) { return dump_cache(*control); }, Pace::slow});
}

void add_changing(HttpRoutes& routes, const SharedControl& control) {
  routes.add({"POST", "/api/v1/flush",
              [control](const HttpRequest& request) { return flush(*control, request); }, Pace::slow});
  routes.add(
      {"POST", "/api/v1/reload", [control](const HttpRequest&) { return reload(*control); }, Pace::slow});
  routes.add({"POST", "/api/v1/cache",
              [control](const HttpRequest& request) { return load_cache(*control, request); }, Pace::slow,
              largest_dump});
  for (const auto& [word, action] :
       {std::pair{"disable", UpstreamAction::disable}, std::pair{"enable", UpstreamAction::enable},
        std::pair{"probe", UpstreamAction::probe}}) {
    routes.add({"POST", std::string("/api/v1/upstreams/{name}/") + word,
                [control, chosen = action](const HttpRequest& request) {
                  return act_on_upstream(*control, request, chosen);
                },
                Pace::slow});
  }
}

}  // namespace

HttpRoutes control_routes(Control control) {
  const auto shared = std::make_shared<const Control>(std::move(control));
  HttpRoutes routes;
  add_watching(routes, shared);
  add_asking(routes, shared);
  add_changing(routes, shared);
  return routes;
}

}  // namespace tributary::resolver
