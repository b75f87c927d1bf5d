#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "dns/zone.hpp"
#include "policy/config.hpp"
#include "resolver/strategy/group.hpp"
#include "resolver/transport/tls_context.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// What upstreams are made from besides their configuration: read from disk once, shared by all workers.
struct UpstreamMaterial {
  std::map<std::string, std::shared_ptr<const dns::Zone>> zones;    ///< By upstream name.
  std::map<std::string, std::shared_ptr<TlsContext>> tls_contexts;  ///< By CA file; "" for the system's CAs.
  std::map<std::string, std::uint64_t> ca_digests{};                ///< By CA file: what is in it.
};

/// Reads and checks zone files and CA files. The errors are sentences that name file and line; all are
/// reported.
tl::expected<UpstreamMaterial, std::vector<std::string>> load_material(const policy::Config& config);

/// Puts what `now` has in the place of what is the same in `next`.
void share_unchanged(UpstreamMaterial& next, const UpstreamMaterial& now);

/// A sentence for each file whose content is another one, while the configuration is the same. Requires:
/// share_unchanged(next, now).
std::vector<std::string> changes(const UpstreamMaterial& now, const UpstreamMaterial& next);

/// Whether two upstreams are the same server, asked in the same way: whatever their parts of the load are.
bool same_server(const policy::UpstreamConfig& one, const policy::UpstreamConfig& other);
/// Whether what was read from disk for `upstream` is shared.
bool same_material(const policy::UpstreamConfig& upstream, const UpstreamMaterial& one,
                   const UpstreamMaterial& other);

/// The transport that carries queries to `config`'s upstream. Requires: not `system:`; `material` has what it
/// needs.
std::unique_ptr<Upstream> make_transport(const policy::UpstreamConfig& config,
                                         const UpstreamMaterial& material, const WorkerTools& tools);

}  // namespace tributary::resolver
