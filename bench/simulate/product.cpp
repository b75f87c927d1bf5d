#include "bench/simulate/product.hpp"

#include <fmt/format.h>

#include "bench/simulate/model_upstream.hpp"

namespace tributary::simulate {
namespace {

constexpr Duration attempt_timeout = std::chrono::seconds(2);

}  // namespace

Product::Product(const World& world, policy::GroupConfig config)
    : tools_{world.time.loop.get_executor(), world.time.clock, world.chance, world.time.timers,
             world.time.nursery} {
  for (std::size_t i = 0; i < Network::medians.size(); ++i) {
    auto transport = std::make_unique<ModelUpstream>(i, world.network, world.names, world.time.timers);
    guarded_.emplace_back(std::move(transport), health_.emplace_back(fmt::format("u{}", i), &link_),
                          world.time.timers, world.chance);
  }
  config.name = "simulated";
  config.uniform = world.uniform;
  group_ = std::make_unique<resolver::Group>(config, members(), resolver::make_strategy(config), judge_,
                                             attempt_timeout, tools_);
  prober_ = std::make_unique<resolver::Prober>(tools_, targets(), link_);
  prober_->start();
}

/// Each run by somebody else.
std::vector<resolver::Group::Member> Product::members() {
  std::vector<resolver::Group::Member> out;
  for (auto& upstream : guarded_) out.push_back({&upstream, 1, upstream.health().name(), false});
  return out;
}

std::vector<resolver::Prober::Target> Product::targets() {
  std::vector<resolver::Prober::Target> out;
  for (auto& upstream : guarded_) out.push_back({&upstream, {dns::Name(), dns::Type::NS, dns::Class::IN}});
  return out;
}

Task<std::optional<dns::Rcode>> Product::ask(resolver::Query query, Deadline deadline) {
  const auto answer = co_await group_->ask(std::move(query), deadline);
  if (!answer) co_return std::nullopt;
  co_return answer->answer->rcode();
}

}  // namespace tributary::simulate
