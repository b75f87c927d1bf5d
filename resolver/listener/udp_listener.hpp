#pragma once

#include <memory>

#include <asio/awaitable.hpp>
#include <asio/ip/udp.hpp>

#include "base/clock.hpp"
#include "base/nursery.hpp"
#include "policy/config.hpp"
#include "resolver/counters.hpp"
#include "resolver/listener/listener.hpp"
#include "resolver/listener/query_handler.hpp"
#include "resolver/listener/udp_batch.hpp"

namespace tributary::resolver {

/// Serves one UDP socket of one worker.
///
/// Datagrams are taken and replied to in batches; what the handler answers at once costs neither an
/// allocation nor a coroutine. Everything else becomes one coroutine a query.
///
/// Neither blocks nor retries on sending: a reply for which the socket has no room is lost and counted.
/// It and what it is given outlive the coroutines on its event loop.
class UdpListener final : public Listener {
 public:
  /// Queries that wait for an answer at the same time; further ones are dropped.
  static constexpr std::size_t most_pending = 10'000;

  /// `socket`: from `open_udp`.
  UdpListener(asio::ip::udp::socket socket, QueryHandler& handler, Clock& clock, Nursery& nursery,
              ListenerCounters& counters);

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
  void answer_later(std::size_t index, const ClientInfo& client, QueryHandler::Later later);
  static Task<> finish(UdpListener* self, std::vector<std::uint8_t> message, ReturnPath path,
                       ClientInfo client, QueryHandler::Later later);
  void send_soon(std::span<const std::uint8_t> reply, const ReturnPath& path);
  void send_late();
  bool is_bad_source(const ReturnPath& path) const;

  asio::ip::udp::socket socket_;
  QueryHandler& handler_;
  Clock& clock_;
  Nursery& nursery_;
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
};

}  // namespace tributary::resolver
