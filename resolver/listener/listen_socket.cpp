#include "resolver/listener/listen_socket.hpp"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <asio/io_context.hpp>
#include <cstdint>
#include <iterator>
#include <vector>

#include "policy/address_text.hpp"
#include "resolver/listener/port_owner.hpp"
#include "resolver/listener/udp_batch.hpp"

namespace tributary::resolver {
namespace {

using policy::ListenConfig;
using policy::ListenProtocol;
using policy::SocketAddress;
using policy::to_text;

struct Option {
  int level, name, value;
};
using Options = std::vector<Option>;

constexpr Option share_port{SOL_SOCKET, SO_REUSEPORT, 1};

Options tcp_options(const SocketAddress& address) {
  // Without it a restart fails as long as old connections are in TIME_WAIT.
  Options options{{SOL_SOCKET, SO_REUSEADDR, 1}};
  if (address.address.is_v6()) options.push_back({IPPROTO_IPV6, IPV6_V6ONLY, 1});
  return options;
}

/// Replies are never fragmented by what a router (or a forger of ICMP) says about the path's MTU: fragments
/// let an attacker off the path replace the tail of a reply. They are small enough without (RFC 9715 §3.1).
Options udp_options(const SocketAddress& address) {
  const bool wildcard = address.address.is_unspecified();
  Options options{{SOL_SOCKET, SO_RCVBUF, 1 << 20}};
  if (address.address.is_v6()) {
    options.push_back({IPPROTO_IPV6, IPV6_V6ONLY, 1});
    options.push_back({IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT});
    if (wildcard) options.push_back({IPPROTO_IPV6, IPV6_RECVPKTINFO, 1});
  } else {
    options.push_back({IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT});
    if (wildcard) options.push_back({IPPROTO_IP, IP_PKTINFO, 1});
  }
  return options;
}

/// Opens `socket` with `options`, and binds it.
template <typename Socket>
asio::error_code open_and_bind(Socket& socket, const SocketAddress& address, const Options& options) {
  const typename Socket::endpoint_type endpoint(address.address, address.port);
  asio::error_code error;
  socket.open(endpoint.protocol(), error);
  for (const auto& option : options) {
    if (error) return error;
    if (setsockopt(socket.native_handle(), option.level, option.name, &option.value, sizeof option.value)) {
      error.assign(errno, asio::error::get_system_category());
    }
  }
  if (!error) socket.bind(endpoint, error);
  return error;
}

/// Has the kernel drop datagrams that are larger than any query before they queue up: each would take the
/// room of many queries in the receive buffer, and the time to be copied. The socket counts them among its
/// drops.
asio::error_code drop_large_datagrams(asio::ip::udp::socket& socket) {
  constexpr unsigned udp_header = 8;
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, udp_header + UdpBatch::largest_query, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
  };
  const sock_fprog program{std::size(code), code};
  if (setsockopt(socket.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0)
    return {};
  return {errno, asio::error::get_system_category()};
}

Options shared(Options options) {
  options.push_back(share_port);
  return options;
}

std::string explain(const ListenConfig& listen, const asio::error_code& error) {
  if (error == asio::error::address_in_use)
    return to_text(listen) + taken_text(listen, find_port_owner(listen));
  if (error == asio::error::access_denied) {
    return to_text(listen) +
           ": ports below 1024 need the capability CAP_NET_BIND_SERVICE: AmbientCapabilities="
           "CAP_NET_BIND_SERVICE in the systemd unit, or `setcap cap_net_bind_service=+ep` on the program";
  }
  if (error.value() == EADDRNOTAVAIL) {
    return to_text(listen) + ": this host has no such address (`ip address` shows those that it has)";
  }
  return to_text(listen) + ": cannot listen: " + error.message();
}

}  // namespace

tl::expected<void, std::string> check_free(const ListenConfig& listen) {
  asio::io_context unused;
  asio::error_code error;
  if (listen.protocol == ListenProtocol::udp) {
    asio::ip::udp::socket probe(unused);
    error = open_and_bind(probe, listen.address, udp_options(listen.address));
  } else {
    asio::ip::tcp::acceptor probe(unused);
    error = open_and_bind(probe, listen.address, tcp_options(listen.address));
  }
  if (error) return tl::unexpected(explain(listen, error));
  return {};
}

tl::expected<asio::ip::udp::socket, std::string> open_udp(const asio::any_io_executor& executor,
                                                          const SocketAddress& address) {
  asio::ip::udp::socket socket(executor);
  auto error = open_and_bind(socket, address, shared(udp_options(address)));
  if (!error) error = drop_large_datagrams(socket);
  if (error) return tl::unexpected(explain({ListenProtocol::udp, address}, error));
  return socket;
}

tl::expected<asio::ip::tcp::acceptor, std::string> open_tcp(const asio::any_io_executor& executor,
                                                            const SocketAddress& address) {
  asio::ip::tcp::acceptor acceptor(executor);
  auto error = open_and_bind(acceptor, address, shared(tcp_options(address)));
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return tl::unexpected(explain({ListenProtocol::tcp, address}, error));
  return acceptor;
}

}  // namespace tributary::resolver
