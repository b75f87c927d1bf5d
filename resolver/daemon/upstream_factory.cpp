#include "resolver/daemon/upstream_factory.hpp"

#include <bit>
#include <fstream>
#include <iterator>

#include "base/siphash.hpp"
#include "dns/master_file.hpp"
#include "resolver/transport/https_transport.hpp"
#include "resolver/transport/tcp_transport.hpp"
#include "resolver/transport/udp_transport.hpp"
#include "resolver/transport/zone_transport.hpp"

namespace tributary::resolver {
namespace {

using policy::UpstreamConfig;
using policy::UpstreamScheme;
using Errors = std::vector<std::string>;

std::shared_ptr<const dns::Zone> load_zone(const UpstreamConfig& upstream, Errors& errors) {
  auto records = dns::read_master_file(upstream.zone_file, upstream.zone_origin);
  if (!records) {
    for (const auto& error : records.error()) errors.push_back(error.to_text());
    return nullptr;
  }
  auto zone = dns::Zone::make(upstream.zone_origin, std::move(*records));
  if (!zone) {
    for (const auto& error : zone.error()) errors.push_back(upstream.zone_file.string() + ": " + error);
    return nullptr;
  }
  return std::make_shared<const dns::Zone>(std::move(*zone));
}

std::string ca_key(const UpstreamConfig& upstream) {
  return upstream.ca_file ? upstream.ca_file->string() : std::string();
}

/// The system's CAs are loaded when first needed, since that takes long; a file named by the user is checked
/// now.
std::shared_ptr<TlsContext> load_tls(const UpstreamConfig& upstream, Errors& errors) {
  auto context = std::make_shared<TlsContext>(upstream.ca_file);
  if (upstream.ca_file) {
    if (const auto loaded = context->get(); !loaded) errors.push_back(loaded.error().detail);
  }
  return context;
}

std::uint64_t digest_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return std::bit_cast<std::uint64_t>(
      siphash({}, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

template <typename T>
T find_or_null(const std::map<std::string, T>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? T() : found->second;
}

HttpsOptions https_options(const UpstreamConfig& config) {
  HttpsOptions options;
  options.host = config.host;
  options.port = config.port;
  options.path = config.path;
  options.method = config.method;
  options.bootstrap = config.bootstrap;
  options.keep_warm = config.keep_warm;
  if (config.address) options.address = config.address->address;
  return options;
}

}  // namespace

tl::expected<UpstreamMaterial, Errors> load_material(const policy::Config& config) {
  UpstreamMaterial material;
  Errors errors;
  for (const auto& upstream : config.upstreams) {
    if (upstream.scheme == UpstreamScheme::zone) {
      material.zones[upstream.name] = load_zone(upstream, errors);
    } else if (upstream.scheme == UpstreamScheme::https &&
               !material.tls_contexts.contains(ca_key(upstream))) {
      material.tls_contexts[ca_key(upstream)] = load_tls(upstream, errors);
      if (upstream.ca_file) material.ca_digests[ca_key(upstream)] = digest_of(*upstream.ca_file);
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return material;
}

void share_unchanged(UpstreamMaterial& next, const UpstreamMaterial& now) {
  for (auto& [name, zone] : next.zones) {
    const auto known = find_or_null(now.zones, name);
    if (known && *known == *zone) zone = known;
  }
  for (auto& [file, context] : next.tls_contexts) {
    const auto known = find_or_null(now.tls_contexts, file);
    if (known && find_or_null(next.ca_digests, file) == find_or_null(now.ca_digests, file)) context = known;
  }
}

std::vector<std::string> changes(const UpstreamMaterial& now, const UpstreamMaterial& next) {
  std::vector<std::string> out;
  for (const auto& [name, zone] : next.zones) {
    if (const auto known = find_or_null(now.zones, name); known && known != zone)
      out.push_back("the zone of upstream " + name + " has changed");
  }
  for (const auto& [file, context] : next.tls_contexts) {
    if (const auto known = find_or_null(now.tls_contexts, file); known && known != context)
      out.push_back(file + " has changed: upstreams that are checked with it begin anew");
  }
  return out;
}

bool same_server(const UpstreamConfig& one, const UpstreamConfig& other) {
  auto as_other = one;
  as_other.weight = other.weight;
  as_other.operator_name = other.operator_name;
  return as_other == other;
}

bool same_material(const UpstreamConfig& upstream, const UpstreamMaterial& one,
                   const UpstreamMaterial& other) {
  const auto same = [](const auto& in_one, const auto& in_other, const std::string& key) {
    return find_or_null(in_one, key) == find_or_null(in_other, key);
  };
  if (upstream.scheme == UpstreamScheme::zone) return same(one.zones, other.zones, upstream.name);
  if (upstream.scheme == UpstreamScheme::https)
    return same(one.tls_contexts, other.tls_contexts, ca_key(upstream));
  return true;
}

std::unique_ptr<Upstream> make_transport(const UpstreamConfig& config, const UpstreamMaterial& material,
                                         const WorkerTools& tools) {
  switch (config.scheme) {
    case UpstreamScheme::udp:
    case UpstreamScheme::authority: {
      const PlainServer server{*config.address, config.scheme == UpstreamScheme::authority};
      return std::make_unique<UdpTransport>(tools, server, config.ports);
    }
    case UpstreamScheme::tcp:
      return std::make_unique<TcpTransport>(tools.executor, tools.clock, tools.random,
                                            PlainServer{*config.address, false}, config.keep_warm);
    case UpstreamScheme::https:
      return std::make_unique<HttpsTransport>(
          tools.executor, tools.clock, material.tls_contexts.at(ca_key(config)), https_options(config));
    case UpstreamScheme::zone:
      return std::make_unique<ZoneTransport>(material.zones.at(config.name));
    case UpstreamScheme::system:
      break;
  }
  return nullptr;
}

}  // namespace tributary::resolver
