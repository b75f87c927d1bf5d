#pragma once

#include <array>
#include <atomic>
#include <memory>

#include <asio/ip/address.hpp>
#include <tl/expected.hpp>

#include "base/locked.hpp"
#include "cache/keyed_hash.hpp"
#include "resolver/listener/client_share.hpp"

namespace tributary::resolver {

/// The shares of all clients in the queries over UDP that wait for an answer: shared by the listeners of all
/// workers. Thread-safe. What the cache answers at once does not come here.
///
/// A client is an IPv4 address, or the /64 of an IPv6 address. It may have `per_client` queries waiting, but
/// never more than an eighth of the places that are still free. So few who ask for much leave enough to
/// all others, and many who ask for much come to equal shares: where c of them want all, each gets
/// 1/(c + 8) of the places, and eight such parts stay free for whoever comes next.
class ClientShares {
 private:
  struct Client {
    std::uint64_t hash = 0;  // of its address
    ClientShare share;
  };
  /// Where a client is looked for. Only when as many others have queries waiting does it share a place.
  using Set = Locked<std::array<Client, 4>>;

 public:
  enum class Refusal { total, per_client };

  /// A waiting query's place; given back when it is destroyed. Not longer than the shares.
  class Place {
   public:
    /// Whether so many of its client's queries wait that an answer which comes late is none.
    bool crowded() const;
    /// As ClientShare::take_slot.
    std::int64_t take_slot(Instant received, Instant now);

   private:
    friend class ClientShares;
    struct Release {
      ClientShares* shares;
      Set* set;
      void operator()(ClientShare* share) const;
    };
    using Held = std::unique_ptr<ClientShare, Release>;
    explicit Place(Held held) : held_(std::move(held)) {}

    Held held_;
  };

  /// `total`: of all clients together.
  ClientShares(std::size_t total, std::size_t per_client);
  ClientShares(const ClientShares&) = delete;
  ClientShares& operator=(const ClientShares&) = delete;

  /// From now on; nobody is turned out.
  void set_per_client(std::size_t most) { per_client_ = most; }
  /// A place for a query that came at `now`.
  tl::expected<Place, Refusal> admit(const asio::ip::address& client, Instant now);

 private:
  std::uint64_t hash_of(const asio::ip::address& client) const;
  static Client& find(std::array<Client, 4>& clients, std::uint64_t hash);
  std::size_t most_for_one() const;

  const std::size_t total_;
  std::atomic<std::size_t> per_client_;
  std::atomic<std::size_t> waiting_{0};
  const cache::KeyedHash hash_ = cache::KeyedHash::random();
  std::array<Set, 256> sets_;
};

}  // namespace tributary::resolver
