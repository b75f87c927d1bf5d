#pragma once

#include <memory>
#include <span>

#include "bench/simulate/forwarder.hpp"

namespace tributary::simulate {

/// One of those that are compared.
struct Model {
  const char* name;
  const char* what;  ///< A few words, for the legend.
  enum class Kind { ours, other, other_racing, oracle } kind;
  std::unique_ptr<Forwarder> (*make)(const World& world);
};

/// All of them: ours first.
std::span<const Model> models();

}  // namespace tributary::simulate
