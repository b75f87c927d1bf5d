#include "resolver/daemon/config_changes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "policy/address_text.hpp"
#include "resolver/daemon/snapshot.hpp"

namespace tributary::resolver {
namespace {

using policy::Config;
using Sentences = std::vector<std::string>;

/// A setting of the configuration, however deep.
struct Setting {
  const char* key;
  bool (*same)(const Config&, const Config&);
  void (*copy)(Config& to, const Config& from);
};

/// `members` lead to it.
template <auto... members>
constexpr Setting setting(const char* key) {
  return {key,
          [](const Config& one, const Config& other) { return (one.*....*members) == (other.*....*members); },
          [](Config& to, const Config& from) { (to.*....*members) = (from.*....*members); }};
}

/// What is made once, when the process starts.
constexpr Setting fixed_settings[] = {
    setting<&Config::workers>("workers"),
    setting<&Config::cache, &policy::CacheConfig::bytes>("cache.size"),
    setting<&Config::cache, &policy::CacheConfig::max_stale>("cache.max_stale"),
    setting<&Config::cache, &policy::CacheConfig::persist>("cache.persist"),
    setting<&Config::cache, &policy::CacheConfig::persist_interval>("cache.persist_interval"),
    setting<&Config::dnssec, &policy::DnssecConfig::clock>("dnssec.clock"),
    setting<&Config::state_directory>("state_directory"),
    setting<&Config::admin>("admin"),
    setting<&Config::log_format>("log.format"),
    setting<&Config::query_log>("query_log"),
};

/// What takes effect for what is asked from now on, and needs no more words.
constexpr Setting plain_settings[] = {
    setting<&Config::allow>("allow"),
    setting<&Config::cache, &policy::CacheConfig::max_ttl>("cache.max_ttl"),
    setting<&Config::cache, &policy::CacheConfig::max_negative_ttl>("cache.max_negative_ttl"),
    setting<&Config::udp>("udp"),
    setting<&Config::tcp>("tcp"),
    setting<&Config::timeouts>("timeouts"),
    setting<&Config::log_level>("log.level"),
};

template <typename Item, typename Key>
const Item* find(const std::vector<Item>& items, const Key& wanted, Key Item::*key) {
  const auto found = std::ranges::find(items, wanted, key);
  return found == items.end() ? nullptr : &*found;
}

/// What became of the items, which `key` tells apart: `text` names one, `tell` says how it has changed.
template <typename Item, typename Key, typename Text, typename Tell>
void compare(const std::vector<Item>& running, const std::vector<Item>& next, Key Item::*key, Text text,
             Tell tell, Sentences& out) {
  for (const auto& before : running) {
    const auto* after = find(next, before.*key, key);
    if (after == nullptr) {
      out.push_back(text(before) + " is gone");
    } else if (before != *after) {
      out.push_back(text(before) + tell(before, *after));
    }
  }
  for (const auto& after : next)
    if (find(running, after.*key, key) == nullptr) out.push_back(text(after) + " is new");
}

void compare_upstreams(const Config& running, const Config& next, Sentences& out) {
  compare(
      running.upstreams, next.upstreams, &policy::UpstreamConfig::name,
      [](const policy::UpstreamConfig& upstream) { return "upstream " + upstream.name; },
      [](const policy::UpstreamConfig& before, const policy::UpstreamConfig& after) {
        return same_server(before, after) ? " has another weight or operator; its connections stay"
                                          : " has changed: it begins anew";
      },
      out);
}

void compare_groups(const Config& running, const Config& next, Sentences& out) {
  compare(
      running.groups, next.groups, &policy::GroupConfig::name,
      [](const policy::GroupConfig& group) { return "group " + group.name; },
      [](const policy::GroupConfig&, const policy::GroupConfig&) { return " has changed"; }, out);
}

void compare_routes(const Config& running, const Config& next, Sentences& out) {
  compare(
      running.routes, next.routes, &policy::RouteConfig::suffix,
      [](const policy::RouteConfig& route) {
        return fmt::format("the route of {} to {}", route.suffix.to_text(), route.group);
      },
      [](const policy::RouteConfig& before, const policy::RouteConfig& after) {
        if (before.group != after.group) return " leads to " + after.group + " now";
        return std::string(after.validate ? " is validated now" : " is not validated any more");
      },
      out);
}

void compare_listening(const Config& running, const Config& next, Sentences& out) {
  const auto [opened, closed] = listen_changes(running.listen, next.listen);
  for (const auto& listen : opened) out.push_back("queries are taken at " + policy::to_text(listen));
  for (const auto& listen : closed)
    out.push_back("queries are not taken any more at " + policy::to_text(listen));
}

}  // namespace

ListenChanges listen_changes(const std::vector<policy::ListenConfig>& running,
                             const std::vector<policy::ListenConfig>& next) {
  ListenChanges out{{}, running};
  for (const auto& listen : next) {
    const auto same = std::ranges::find(out.closed, listen);
    if (same == out.closed.end()) {
      out.opened.push_back(listen);
    } else {
      out.closed.erase(same);
    }
  }
  return out;
}

Sentences keep_until_restart(Config& next, const Config& running) {
  Sentences out;
  for (const auto& [key, same, copy] : fixed_settings) {
    if (same(next, running)) continue;
    copy(next, running);
    out.push_back(fmt::format("{} needs a restart: it stays as it was", key));
  }
  return out;
}

Sentences changes(const Config& running, const Config& next) {
  Sentences out;
  compare_listening(running, next, out);
  compare_upstreams(running, next, out);
  compare_groups(running, next, out);
  compare_routes(running, next, out);
  if (!same_trust(running, next)) out.push_back("what is validated has changed: everything is asked anew");
  for (const auto& [key, same, copy] : plain_settings)
    if (!same(running, next)) out.push_back(fmt::format("{} has changed", key));
  return out;
}

}  // namespace tributary::resolver
