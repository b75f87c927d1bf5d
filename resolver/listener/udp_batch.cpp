#include "resolver/listener/udp_batch.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tributary::resolver {
namespace {

msghdr header(ReturnPath& path, iovec& buffer) {
  msghdr out{};
  out.msg_name = &path.peer;
  out.msg_namelen = path.peer_size;
  out.msg_iov = &buffer;
  out.msg_iovlen = 1;
  out.msg_control = path.control_size > 0 ? path.control.data() : nullptr;
  out.msg_controllen = path.control_size;
  return out;
}

asio::ip::address to_address(const in_addr& address) {
  return asio::ip::address_v4(ntohl(address.s_addr));
}

asio::ip::address to_address(const in6_addr& address, std::uint32_t scope) {
  asio::ip::address_v6::bytes_type octets;
  std::memcpy(octets.data(), &address, octets.size());
  return asio::ip::address_v6(octets, scope);
}

/// The value of a control message, which need not be aligned for it.
template <typename Info>
Info read_info(const cmsghdr& message) {
  Info info{};
  std::memcpy(&info, CMSG_DATA(&message), sizeof info);
  return info;
}

template <typename Info>
void write_info(cmsghdr& message, const Info& info) {
  std::memcpy(CMSG_DATA(&message), &info, sizeof info);
}

/// Makes the received control message one to be sent: routes, not the interface that the query came in by,
/// decide how the reply leaves.
void forget_interface(cmsghdr& message) {
  if (message.cmsg_level == IPPROTO_IP) {
    auto info = read_info<in_pktinfo>(message);
    info.ipi_ifindex = 0;
    write_info(message, info);
  } else {
    auto info = read_info<in6_pktinfo>(message);
    info.ipi6_ifindex = 0;
    write_info(message, info);
  }
}

/// Never blocks: the number of messages that the kernel did not take.
std::size_t send_all(int socket, std::span<mmsghdr> messages) {
  std::size_t done = 0;
  std::size_t lost = 0;
  while (done < messages.size()) {
    const int sent =
        sendmmsg(socket, messages.data() + done, static_cast<unsigned>(messages.size() - done), MSG_DONTWAIT);
    if (sent > 0) {
      done += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN) {
      return lost + (messages.size() - done);  // Waiting for room would hold up everybody; clients ask again.
    } else if (errno != EINTR) {
      ++lost;  // The error is that of the first one: unreachable, or forbidden by a filter.
      ++done;
    }
  }
  return lost;
}

}  // namespace

policy::SocketAddress ReturnPath::client() const {
  if (peer.any.sa_family == AF_INET) return {to_address(peer.v4.sin_addr), ntohs(peer.v4.sin_port)};
  return {to_address(peer.v6.sin6_addr, peer.v6.sin6_scope_id), ntohs(peer.v6.sin6_port)};
}

asio::ip::address ReturnPath::asked() const {
  if (control_size < sizeof(cmsghdr)) return {};
  const auto& message = *reinterpret_cast<const cmsghdr*>(control.data());
  if (message.cmsg_level == IPPROTO_IP) return to_address(read_info<in_pktinfo>(message).ipi_spec_dst);
  return to_address(read_info<in6_pktinfo>(message).ipi6_addr, peer.v6.sin6_scope_id);
}

UdpBatch::UdpBatch() {
  for (std::size_t index = 0; index < capacity; ++index) {
    query_buffers_[index] = {queries_[index].data(), queries_[index].size()};
    make_ready(index);
  }
}

std::size_t UdpBatch::receive(int socket) {
  queued_ = 0;
  while (received_ > 0) make_ready(--received_);
  const int received = recvmmsg(socket, incoming_.data(), capacity, MSG_DONTWAIT, nullptr);
  if (received <= 0) return 0;
  received_ = static_cast<std::size_t>(received);
  for (std::size_t index = 0; index < received_; ++index) {
    auto& message = incoming_[index].msg_hdr;
    paths_[index].peer_size = message.msg_namelen;
    paths_[index].control_size = message.msg_controllen;
    if (cmsghdr* const info = CMSG_FIRSTHDR(&message)) forget_interface(*info);
  }
  return received_;
}

void UdpBatch::make_ready(std::size_t index) {
  paths_[index].peer_size = sizeof paths_[index].peer;
  paths_[index].control_size = paths_[index].control.size();
  incoming_[index] = {header(paths_[index], query_buffers_[index]), 0};
}

std::span<const std::uint8_t> UdpBatch::message(std::size_t index) const {
  return std::span(queries_[index]).first(incoming_[index].msg_len);
}

void UdpBatch::queue_reply(std::size_t index, std::size_t size) {
  reply_buffers_[queued_] = {replies_[index].data(), size};
  outgoing_[queued_] = {header(paths_[index], reply_buffers_[queued_]), 0};
  ++queued_;
}

std::size_t UdpBatch::send(int socket) {
  return send_all(socket, std::span(outgoing_).first(queued_));
}

void UdpReplies::add(std::span<const std::uint8_t> reply, const ReturnPath& path) {
  std::ranges::copy(reply, octets_[count_].begin());
  paths_[count_] = path;
  buffers_[count_] = {octets_[count_].data(), reply.size()};
  messages_[count_] = {header(paths_[count_], buffers_[count_]), 0};
  ++count_;
}

std::size_t UdpReplies::send(int socket) {
  return send_all(socket, std::span(messages_).first(std::exchange(count_, 0)));
}

}  // namespace tributary::resolver
