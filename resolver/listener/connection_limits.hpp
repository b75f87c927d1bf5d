#pragma once

#include <cstddef>
#include <map>
#include <memory>

#include <asio/ip/address.hpp>
#include <tl/expected.hpp>

namespace tributary::resolver {

/// How many TCP connections there may be, in all and of one client: shared by all listeners of a worker.
/// Outlives its admissions.
class ConnectionLimits {
 public:
  enum class Refusal { total, per_client };

  /// A connection's place; given back when it is destroyed.
  class Admission {
   public:
    Admission(ConnectionLimits& limits, const asio::ip::address& client);

   private:
    struct Release {
      ConnectionLimits* limits;
      void operator()(const asio::ip::address* client) const;
    };
    std::unique_ptr<const asio::ip::address, Release> client_;
  };

  ConnectionLimits(std::size_t total, std::size_t per_client) : total_(total), per_client_(per_client) {}
  ConnectionLimits(const ConnectionLimits&) = delete;
  ConnectionLimits& operator=(const ConnectionLimits&) = delete;

  tl::expected<Admission, Refusal> admit(const asio::ip::address& client);
  std::size_t connections() const { return connections_; }

 private:
  const std::size_t total_, per_client_;
  std::size_t connections_ = 0;
  std::map<asio::ip::address, std::size_t> clients_;  // Those that have a connection.
};

}  // namespace tributary::resolver
