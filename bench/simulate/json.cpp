#include <nlohmann/json.hpp>

#include "bench/simulate/report.hpp"

namespace tributary::simulate {
namespace {

using nlohmann::json;

double seconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

json of(const Latencies::Summary& summary) {
  return {
      {"count", summary.count}, {"p50_ms", summary.p50}, {"p99_ms", summary.p99}, {"p999_ms", summary.p999}};
}

json of(const Ejection& ejection) {
  return {{"upstream", ejection.upstream}, {"at_s", seconds(ejection.at)}, {"ejected", ejection.ejected}};
}

json of(const Figures& run) {
  json out{{"asked", run.asked},
           {"failed", run.failed},
           {"wrong", run.wrong},
           {"sent", run.sent},
           {"all_asked", run.all_asked},
           {"fault_from_s", seconds(run.window.from)},
           {"fault_until_s", seconds(run.window.until)},
           {"before", of(run.latency[Figures::before])},
           {"during", of(run.latency[Figures::during])},
           {"after", of(run.latency[Figures::after])},
           {"first_fresh_s", run.first_fresh ? json(seconds(*run.first_fresh)) : json()},
           {"most_ejected", run.most_ejected},
           {"ejections", json::array()}};
  for (const auto& each : run.ejections) out["ejections"].push_back(of(each));
  return out;
}

}  // namespace

std::string json(const Results& results, const std::vector<Finding>& findings) {
  nlohmann::json out{{"simulations", nlohmann::json::array()}, {"bounds", nlohmann::json::array()}};
  for (const auto& cell : results.cells()) {
    nlohmann::json runs = nlohmann::json::array();
    for (const auto& run : cell.runs) runs.push_back(of(run));
    out["simulations"].push_back({{"scenario", cell.scenario->name},
                                  {"model", cell.model->name},
                                  {"rate", cell.rate},
                                  {"runs", std::move(runs)}});
  }
  for (const auto& [cell, bound, figure, met] : findings) {
    out["bounds"].push_back({{"scenario", cell->scenario->name},
                             {"model", cell->model->name},
                             {"rate", cell->rate},
                             {"bound", bound},
                             {"figure", figure},
                             {"met", met}});
  }
  return out.dump(1);
}

}  // namespace tributary::simulate
