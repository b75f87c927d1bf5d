#include "resolver/transport/bootstrap.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <iterator>
#include <map>

#include <ares.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <asio/ip/udp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

namespace tributary::resolver {

namespace {

struct ChannelDeleter {
  void operator()(ares_channeldata* channel) const { ares_destroy(channel); }
};
using AresChannel = std::unique_ptr<ares_channeldata, ChannelDeleter>;

struct AddrinfoDeleter {
  void operator()(ares_addrinfo* info) const { ares_freeaddrinfo(info); }
};

std::string servers_csv(const std::vector<policy::SocketAddress>& servers) {
  std::string csv;
  for (const auto& server : servers) {
    const auto address = server.address.to_string();
    csv += fmt::format("{}{}:{}", csv.empty() ? "" : ",",
                       server.address.is_v6() ? "[" + address + "]" : address, server.port);
  }
  return csv;
}

asio::ip::address address_of(const ares_addrinfo_node& node) {
  asio::ip::udp::endpoint endpoint;
  endpoint.resize(node.ai_addrlen);
  std::memcpy(endpoint.data(), node.ai_addr, node.ai_addrlen);
  return endpoint.address();
}

}  // namespace

/// One look-up of A and AAAA, on a c-ares channel of its own: so each uses fresh source ports (c-ares 1.18
/// keeps one socket for each server as long as its channel lives).
///
/// c-ares says which sockets it wants watched; when one is ready, or time has passed, it is called again.
class Bootstrap::Lookup : public std::enable_shared_from_this<Lookup> {
 public:
  /// Takes what was found of one family: addresses, or an error.
  using Found = std::function<void(Findings)>;

  Lookup(asio::any_io_executor executor, Found found)
      : executor_(std::move(executor)), found_(std::move(found)), timer_(executor_) {}

  /// `found` is called once for each family, never from within this call, and not after the Lookup is gone.
  void start(const std::string& host, const std::vector<policy::SocketAddress>& servers);

 private:
  enum Direction : std::size_t { reading, writing };
  struct Watched {
    asio::posix::stream_descriptor descriptor;
    std::array<bool, 2> wanted{};   // by c-ares, for each Direction
    std::array<bool, 2> waiting{};  // a wait is under way
  };

  int make_channel(const std::vector<policy::SocketAddress>& servers);
  static void on_socket_state(void* self, ares_socket_t socket, int read, int write);
  static void on_addresses(void* self, int status, int, ares_addrinfo* found);
  void watch(ares_socket_t socket, bool read, bool write);
  void wait(ares_socket_t socket, Direction direction);
  void on_ready(ares_socket_t socket, Direction direction);
  void process(ares_socket_t readable, ares_socket_t writable);
  void arm_timer();
  void tell(Findings family);

  asio::any_io_executor executor_;
  Found found_;
  asio::steady_timer timer_;
  std::map<ares_socket_t, Watched> sockets_;
  AresChannel channel_;  // destroyed first: it calls on_socket_state and on_addresses then
};

int Bootstrap::Lookup::make_channel(const std::vector<policy::SocketAddress>& servers) {
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  if (library != ARES_SUCCESS) return library;
  char dns_only[] = "b";                // no hosts file
  char no_resolv_conf[] = "/dev/null";  // nor the system's servers
  ares_options options{};
  options.flags = ARES_FLAG_NOSEARCH;
  options.timeout = 800;  // ms, doubled by the second try: over before a connection gives up
  options.tries = 2;
  options.lookups = dns_only;
  options.resolvconf_path = no_resolv_conf;
  options.sock_state_cb = on_socket_state;
  options.sock_state_cb_data = this;
  ares_channel channel = nullptr;
  const int status =
      ares_init_options(&channel, &options,
                        ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                            ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB | ARES_OPT_NOROTATE);
  if (status != ARES_SUCCESS) return status;
  channel_.reset(channel);
  return ares_set_servers_ports_csv(channel, servers_csv(servers).c_str());
}

void Bootstrap::Lookup::start(const std::string& host, const std::vector<policy::SocketAddress>& servers) {
  const int status = make_channel(servers);
  for (const int family : {AF_INET6, AF_INET}) {
    ares_addrinfo_hints hints{};
    hints.ai_flags = ARES_AI_NOSORT;
    hints.ai_family = family;
    if (status == ARES_SUCCESS) {
      ares_getaddrinfo(channel_.get(), host.c_str(), nullptr, &hints, on_addresses, this);
    } else {
      on_addresses(this, status, 0, nullptr);
    }
  }
  if (status != ARES_SUCCESS) return;
  arm_timer();
}

void Bootstrap::Lookup::on_socket_state(void* self, ares_socket_t socket, int read, int write) {
  static_cast<Lookup*>(self)->watch(socket, read != 0, write != 0);
}

void Bootstrap::Lookup::watch(ares_socket_t socket, bool read, bool write) {
  const auto known = sockets_.find(socket);
  if (!read && !write) {
    if (known == sockets_.end()) return;
    known->second.descriptor.release();  // c-ares closes it
    sockets_.erase(known);
    return;
  }
  auto& watched = known != sockets_.end()
                      ? known->second
                      : sockets_.emplace(socket, Watched{asio::posix::stream_descriptor(executor_, socket)})
                            .first->second;
  watched.wanted = {read, write};
  wait(socket, reading);
  wait(socket, writing);
}

void Bootstrap::Lookup::wait(ares_socket_t socket, Direction direction) {
  const auto found = sockets_.find(socket);
  if (found == sockets_.end() || !found->second.wanted[direction] || found->second.waiting[direction]) return;
  found->second.waiting[direction] = true;
  found->second.descriptor.async_wait(
      direction == reading ? asio::posix::stream_descriptor::wait_read
                           : asio::posix::stream_descriptor::wait_write,
      [weak = weak_from_this(), socket, direction](const asio::error_code& error) {
        const auto self = weak.lock();
        if (!error && self) self->on_ready(socket, direction);
      });
}

void Bootstrap::Lookup::on_ready(ares_socket_t socket, Direction direction) {
  if (const auto found = sockets_.find(socket); found != sockets_.end())
    found->second.waiting[direction] = false;
  process(direction == reading ? socket : ARES_SOCKET_BAD, direction == writing ? socket : ARES_SOCKET_BAD);
  wait(socket, direction);
}

void Bootstrap::Lookup::process(ares_socket_t readable, ares_socket_t writable) {
  ares_process_fd(channel_.get(), readable, writable);
  arm_timer();
}

void Bootstrap::Lookup::arm_timer() {
  timeval next{};
  if (ares_timeout(channel_.get(), nullptr, &next) == nullptr) return;
  timer_.expires_after(std::chrono::seconds(next.tv_sec) + std::chrono::microseconds(next.tv_usec));
  timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto self = weak.lock();
    if (!error && self) self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  });
}

void Bootstrap::Lookup::on_addresses(void* self, int status, int, ares_addrinfo* found) {
  const std::unique_ptr<ares_addrinfo, AddrinfoDeleter> owned(found);
  if (status == ARES_EDESTRUCTION) return;
  Findings family;
  if (status != ARES_SUCCESS || found == nullptr) {
    family.error = ares_strerror(status);
  } else {
    for (const auto* node = found->nodes; node != nullptr; node = node->ai_next) {
      family.addresses.push_back(address_of(*node));
      family.ttl = std::min(family.ttl, std::chrono::seconds(node->ai_ttl));
    }
    for (const auto* link = found->cnames; link != nullptr; link = link->next) {
      family.ttl = std::min(family.ttl, std::chrono::seconds(link->ttl));
    }
  }
  static_cast<Lookup*>(self)->tell(std::move(family));
}

/// Posted, because a channel must not be destroyed from within its own callback.
void Bootstrap::Lookup::tell(Findings family) {
  asio::post(executor_, [weak = weak_from_this(), family = std::move(family)]() mutable {
    if (const auto self = weak.lock()) self->found_(std::move(family));
  });
}

/// Somebody who waits for the look-up; in the list for as long as it lives.
struct Bootstrap::Waiter {
  explicit Waiter(Bootstrap& bootstrap)
      : bell(bootstrap.executor_, bootstrap.clock_),
        waiters(bootstrap.waiters_),
        place(waiters.insert(waiters.end(), this)) {}
  ~Waiter() { waiters.erase(place); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  Bell bell;
  std::list<Waiter*>& waiters;
  std::list<Waiter*>::iterator place;
};

Bootstrap::Bootstrap(asio::any_io_executor executor, Clock& clock, std::string host,
                     std::vector<policy::SocketAddress> servers)
    : executor_(std::move(executor)), clock_(clock), host_(std::move(host)), servers_(std::move(servers)) {
  asio::error_code not_an_address;
  const auto literal = asio::ip::make_address(host_, not_an_address);
  if (not_an_address) return;
  addresses_ = {literal};
  servers_.clear();
}

Bootstrap::~Bootstrap() = default;

asio::awaitable<tl::expected<std::vector<asio::ip::address>, Failure>> Bootstrap::addresses(
    Deadline deadline) {
  if (!servers_.empty() && clock_.now() >= fresh_until_ && !lookup_) start_lookup();
  Waiter waiter(*this);
  while (clock_.now() < known_at()) {
    if (deadline.passed(clock_.now())) {
      co_return tl::unexpected(
          Failure{Failure::Kind::timeout, fmt::format("looking up {} took too long", host_), {}});
    }
    co_await waiter.bell.wait_until(deadline.sooner(known_at()).at());
  }
  if (known().empty()) co_return tl::unexpected(Failure{Failure::Kind::no_address, last_error_, {}});
  co_return known();
}

/// What is given out: what an earlier look-up found, else what the present one has found by now.
const std::vector<asio::ip::address>& Bootstrap::known() const {
  return addresses_.empty() ? findings_.addresses : addresses_;
}

Instant Bootstrap::known_at() const {
  return addresses_.empty() && lookup_ ? findings_.usable : Instant::min();
}

void Bootstrap::network_changed() {
  distrust();
  if (lookup_) start_lookup();
}

void Bootstrap::start_lookup() {
  findings_ = {};
  lookup_ = std::make_shared<Lookup>(executor_, [this](Findings family) { found(std::move(family)); });
  lookup_->start(host_, servers_);
}

void Bootstrap::found(Findings family) {
  const Instant now = clock_.now();
  std::ranges::copy(family.addresses, std::back_inserter(findings_.addresses));
  findings_.ttl = std::min(findings_.ttl, family.ttl);
  if (!family.error.empty()) findings_.error = family.error;
  if (!family.addresses.empty()) {
    const bool wait = family.addresses.front().is_v4();
    findings_.usable = std::min(findings_.usable, wait ? now + resolution_delay : now);
  }
  if (++findings_.families == 2) finish_lookup();
  for (auto* waiter : waiters_) waiter->bell.ring();
}

void Bootstrap::finish_lookup() {
  lookup_.reset();
  if (!findings_.addresses.empty()) {
    addresses_ = std::move(findings_.addresses);
    fresh_until_ = clock_.now() + std::clamp(findings_.ttl, least_ttl, most_ttl);
    spdlog::debug("bootstrap: {} has {} addresses", host_, addresses_.size());
  } else {
    last_error_ = fmt::format("{} cannot be looked up: {}", host_,
                              findings_.error.empty() ? "no addresses" : findings_.error);
    spdlog::debug("bootstrap: {}", last_error_);
  }
  findings_ = {};
}

}  // namespace tributary::resolver
