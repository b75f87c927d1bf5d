#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;

const Judge::Limits limits{24h, 1h};

policy::GroupConfig group_config(const char* name) {
  policy::GroupConfig group;
  group.name = name;
  group.upstreams = {name};
  return group;
}

policy::Config config() {
  policy::Config out;
  out.groups = {group_config("world"), group_config("office"), group_config("home")};
  out.routes = {{dns::Name(), "world"},
                {dns::testing::name("corp.test."), "office"},
                {dns::testing::name("home.arpa."), "home"}};
  out.allow = {policy::Prefix::of(asio::ip::make_address("127.0.0.0"), 8)};
  out.dnssec.mode = policy::DnssecMode::off;
  return out;
}

dns::Zone spare_zone() {
  std::vector<dns::Record> records;
  for (const auto* line : {"corp.test. 3600 IN SOA ns.corp.test. host.corp.test. 1 7200 3600 1209600 300",
                           "corp.test. 3600 IN NS ns.corp.test.", "ns.corp.test. 3600 IN A 192.0.2.53",
                           "spare.corp.test. 3600 IN A 192.0.2.99"})
    records.push_back(dns::parse_record(line).value());
  return dns::Zone::make(dns::testing::name("corp.test."), std::move(records)).value();
}

ExchangeResult reply_from(const Knowledge& knowledge, const Query& query) {
  const auto found = knowledge.find(query.question.name.to_text() + " " + dns::to_text(query.question.type));
  if (found == knowledge.end())
    return StubUpstream::reply(query, dns::Rcode::NXDOMAIN, {},
                               {". 3600 IN SOA ns. host. 1 7200 3600 1209600 300"});
  return StubUpstream::reply(query, dns::Rcode::NOERROR, {found->second.begin(), found->second.end()});
}

Task<> answer(Resolution* resolution, Octets query, ClientInfo from, QueryHandler::Later later,
              std::vector<Octets>* responses) {
  const auto reply = co_await resolution->answer_later(std::move(query), from, later);
  responses->emplace_back(reply.begin(), reply.end());
}

}  // namespace

ResolutionTest::ResolutionTest()
    : judge(limits),
      spare(spare_zone()),
      policy(config()),
      world(new StubUpstream(timers)),
      office(new StubUpstream(timers)),
      home(new StubUpstream(timers)),
      world_guarded(std::unique_ptr<Upstream>(world), world_health, timers, random),
      office_guarded(std::unique_ptr<Upstream>(office), office_health, timers, random),
      home_guarded(std::unique_ptr<Upstream>(home), home_health, timers, random) {
  world->script = [this](const Query& query) { return reply_from(world_knows, query); };
  office->script = [this](const Query& query) { return reply_from(office_knows, query); };
  home->script = [this](const Query& query) {
    auto result = reply_from(home_knows, query);
    result->channel = Channel::local;
    return result;
  };
  use_timeouts({4s, 1800ms});
}

void ResolutionTest::use_timeouts(Resolution::Timeouts timeouts) {
  std::vector<Source> sources;
  for (auto* upstream : {&world_guarded, &office_guarded, &home_guarded}) {
    const auto group = group_config(upstream->health().name().c_str());
    const std::vector<Group::Member> members = {{upstream, 1, "", upstream == &home_guarded}};
    sources.push_back({group.name,
                       std::make_unique<Group>(group, members, make_strategy(group), judge, 2s, tools),
                       degradations[sources.size()], upstream == &office_guarded ? &*spare : nullptr,
                       static_cast<std::uint16_t>(sources.size())});
  }
  const SharedState shared{policy, cache, in_flight, recent_failures, link, cookies};
  resolution =
      std::make_unique<Resolution>(shared, std::move(sources), judge, timeouts, tools, query_counters);
}

void ResolutionTest::poll() {
  loop.restart();
  loop.poll();
}

void ResolutionTest::start(const Octets& query, Protocol protocol) {
  const ClientInfo from{client, protocol, clock.now()};
  Octets out(protocol == Protocol::tcp ? 65535 : 1232);
  const auto immediate = resolution->answer_now(query, from, out);
  if (const auto* written = std::get_if<QueryHandler::Written>(&immediate)) {
    out.resize(written->size);
    responses.push_back(out);
  } else if (const auto* later = std::get_if<QueryHandler::Later>(&immediate)) {
    nursery.start(answer(resolution.get(), query, from, *later, &responses), "a query");
  }
}

std::optional<Octets> ResolutionTest::ask(const Octets& query, Protocol protocol) {
  const auto before = responses.size();
  start(query, protocol);
  poll();
  return responses.size() > before ? std::optional(responses.back()) : std::nullopt;
}

std::optional<Octets> ResolutionTest::ask(std::string_view owner, dns::Type type) {
  return ask(usual_query(owner, type));
}

std::vector<std::string> ResolutionTest::answers(const Octets& response) {
  std::vector<std::string> lines;
  const auto records = dns::read_records(parse(response)).value();
  for (const auto& record : records.answer) lines.push_back(dns::to_text(record));
  return lines;
}

std::optional<dns::ExtendedErrorOption> ResolutionTest::error_of(const Octets& response) {
  const auto edns = parse(response).edns();
  return edns ? dns::extended_error(edns->options) : std::nullopt;
}

Octets ResolutionTest::cookie_of(const Octets& response) {
  const auto edns = parse(response).edns();
  const auto data = edns ? edns->options.find(dns::OptionCode::cookie) : std::nullopt;
  return data ? Octets(data->begin(), data->end()) : Octets();
}

namespace {

Octets query_with(std::string_view owner, dns::Type type, const dns::Edns& edns) {
  dns::Header header;
  header.id = 0x4242;
  header.recursion_desired = true;
  return dns::build_query(header, dns::testing::question(owner, type), &edns);
}

}  // namespace

Octets usual_query(std::string_view owner, dns::Type type) {
  return query_with(owner, type, {});
}

Octets query_with_cookie(std::string_view owner, std::span<const std::uint8_t> cookie) {
  Octets options;
  dns::append_option(options, dns::OptionCode::cookie, cookie);
  dns::Edns edns;
  edns.options = options;
  return query_with(owner, dns::Type::A, edns);
}

}  // namespace tributary::resolver::testing
