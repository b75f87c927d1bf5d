#pragma once

#include <cstddef>
#include <map>
#include <memory>

#include <asio/ip/address.hpp>
#include <tl/expected.hpp>

#include "base/locked.hpp"

namespace tributary::resolver {

/// How many TCP connections there may be, in all and of one client: shared by the listeners of all workers.
/// Thread-safe. Outlives its admissions.
class ConnectionLimits {
 public:
  enum class Refusal { total, per_client };

  /// A connection's place; given back when it is destroyed.
  class Admission {
   public:
    Admission(ConnectionLimits& limits, const asio::ip::address& client)
        : client_(new asio::ip::address(client), Release{&limits}) {}

   private:
    struct Release {
      ConnectionLimits* limits;
      void operator()(const asio::ip::address* client) const;
    };
    std::unique_ptr<const asio::ip::address, Release> client_;
  };

  ConnectionLimits(std::size_t total, std::size_t per_client) { set(total, per_client); }
  ConnectionLimits(const ConnectionLimits&) = delete;
  ConnectionLimits& operator=(const ConnectionLimits&) = delete;

  /// From now on; nobody is turned out.
  void set(std::size_t total, std::size_t per_client);
  tl::expected<Admission, Refusal> admit(const asio::ip::address& client);
  /// How many there are now.
  std::size_t connections() const {
    return held_.with([](const Held& held) { return held.connections; });
  }

 private:
  struct Held {
    std::size_t most = 0, most_per_client = 0;
    std::size_t connections = 0;
    std::map<asio::ip::address, std::size_t> clients;  // those that have a connection
  };

  tl::expected<void, Refusal> take(const asio::ip::address& client);
  void give_back(const asio::ip::address& client);

  Locked<Held> held_;
};

}  // namespace tributary::resolver
