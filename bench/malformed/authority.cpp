#include "bench/malformed/authority.hpp"

#include <poll.h>

#include <array>

#include "bench/malformed/packets.hpp"

namespace tributary::malformed {

Authority::Authority() : thread_([this] { serve(); }) {}

Authority::~Authority() {
  stopping_ = true;
  thread_.join();
}

void Authority::serve() {
  std::array<std::uint8_t, 4096> query;
  while (!stopping_) {
    pollfd readable{socket_.handle(), POLLIN, 0};
    if (poll(&readable, 1, 100) != 1) continue;
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    auto* const address = reinterpret_cast<sockaddr*>(&peer);
    const auto got = recvfrom(socket_.handle(), query.data(), query.size(), 0, address, &size);
    if (got <= 0) continue;
    const auto reply = reply_to(std::span(query).first(static_cast<std::size_t>(got)));
    sendto(socket_.handle(), reply.data(), reply.size(), 0, address, size);
  }
}

}  // namespace tributary::malformed
