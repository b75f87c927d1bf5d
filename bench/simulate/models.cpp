#include "bench/simulate/models.hpp"

#include <array>

#include "bench/simulate/baselines.hpp"
#include "bench/simulate/product.hpp"

namespace tributary::simulate {
namespace {

template <policy::StrategyKind strategy>
std::unique_ptr<Forwarder> make_product(const World& world) {
  policy::GroupConfig config;
  config.strategy = strategy;
  return std::make_unique<Product>(world, config);
}

using Kind = Model::Kind;
using policy::StrategyKind;

constexpr std::array all{
    Model{"hedge", "Tributary, the best, and the next when it is slow", Kind::ours,
          make_product<StrategyKind::hedge>},
    Model{"fastest", "Tributary, the best alone", Kind::ours, make_product<StrategyKind::fastest>},
    Model{"race", "Tributary, two at once", Kind::ours, make_product<StrategyKind::race>},
    Model{"rotate", "Tributary, each in its turn", Kind::ours, make_product<StrategyKind::rotate>},
    Model{"oracle", "always the truly fastest", Kind::oracle, make_oracle},
    Model{"all-at-once", "first reply of all (dnsmasq --all-servers, AdGuard parallel)", Kind::other_racing,
          make_all_at_once},
    Model{"favourite", "last winner, raced again now and then (dnsmasq)", Kind::other, make_favourite},
    Model{"weighted", "chance by mean round trip (AdGuard load_balance)", Kind::other, make_weighted},
    Model{"band", "chance within 400 ms of the best (unbound)", Kind::other, make_band},
    Model{"ordered", "first that is not ejected (CoreDNS sequential)", Kind::other, make_ordered},
};

}  // namespace

std::span<const Model> models() {
  return all;
}

}  // namespace tributary::simulate
