#pragma once

#include <memory>

#include <asio/awaitable.hpp>
#include <asio/ip/udp.hpp>

#include "base/clock.hpp"
#include "base/nursery.hpp"
#include "base/timers.hpp"
#include "policy/config.hpp"
#include "resolver/counters.hpp"
#include "resolver/listener/client_shares.hpp"
#include "resolver/listener/failure_log.hpp"
#include "resolver/listener/listener.hpp"
#include "resolver/listener/query_handler.hpp"
#include "resolver/listener/restart.hpp"
#include "resolver/listener/udp_batch.hpp"

namespace tributary::resolver {

/// What all UDP sockets of a worker share. Outlives them.
struct UdpService {
  QueryHandler& handler;
  Clock& clock;
  Timers& timers;
  Nursery& nursery;
  FailureLog& failures;
  ListenerCounters& counters;
  ClientShares& shares;  ///< Of all workers.
};

/// Serves one UDP socket of one worker.
///
/// Datagrams are taken and replied to in batches; what the handler answers at once costs neither an
/// allocation nor a coroutine. Everything else becomes one coroutine a query, if its client's share allows
/// it.
///
/// A client of whom many queries wait (ClientShare::crowded) gets its replies in time or not at all, and
/// those that were held back by upstreams one after the other.
///
/// Neither blocks nor retries on sending: a reply for which the socket has no room is lost and counted.
/// It and what it is given outlive the coroutines on its event loop.
class UdpListener final : public Listener {
 public:
  /// To a crowded client nothing is sent later than this after its query: who knows how many replies are on
  /// their way to it, and stubs have asked again by then.
  static constexpr Duration latest_reply = std::chrono::milliseconds(1900);
  /// So long a crowded client's query may take: then there is time left for a thousand replies in a row.
  static constexpr Duration crowded_patience = std::chrono::milliseconds(1450);

  /// `socket`: from `open_udp`.
  UdpListener(asio::ip::udp::socket socket, UdpService& service);

  void start() override;
  void stop_accepting() override;
  /// What has arrived meanwhile is answered.
  void resume() override;
  const policy::SocketAddress& local() const override { return local_; }
  std::size_t pending() const override { return pending_ + late_->size(); }
  bool ended() const override { return !serving_ && pending() == 0; }

 private:
  static asio::awaitable<void> serve(UdpListener* self);
  /// False if there was nothing to answer.
  bool serve_batch();
  /// Notes the datagram at `index` for answering, unless it is dropped.
  void ask(std::size_t index, Instant received);
  /// How many replies of the cache go out with the batch.
  std::size_t answer_asked();
  void answer_later(std::size_t index, ClientInfo client, QueryHandler::Later later);
  /// A query that waits, and where its reply goes.
  struct Waiting {
    std::vector<std::uint8_t> message;
    ReturnPath path;
    ClientInfo client;
    QueryHandler::Later later;
    ClientShares::Place place;
  };
  static Task<> finish(UdpListener* self, Waiting waiting);
  Task<> answer(Waiting* waiting);
  Task<> send_in_turn(std::vector<std::uint8_t> reply, Waiting* waiting, std::int64_t slot);
  void send(std::span<const std::uint8_t> reply, const Waiting& waiting);
  void send_soon(std::span<const std::uint8_t> reply, const ReturnPath& path);
  void send_late();
  bool is_bad_source(const ReturnPath& path) const;

  asio::ip::udp::socket socket_;
  UdpService& service_;
  Clock& clock_;
  ListenerCounters& counters_;
  const policy::SocketAddress local_;
  ArrivalCounters& arrivals_;
  std::unique_ptr<UdpBatch> batch_ = std::make_unique<UdpBatch>();  // 90 KB: too large for members.
  std::unique_ptr<UdpReplies> late_ = std::make_unique<UdpReplies>();
  // Those of the batch that are asked of the handler, and their places in it.
  std::vector<QueryHandler::Asked> asked_;
  std::vector<std::size_t> places_;
  std::size_t pending_ = 0;
  bool stopping_ = false;
  bool serving_ = false;
  Restart restart_;
};

}  // namespace tributary::resolver
