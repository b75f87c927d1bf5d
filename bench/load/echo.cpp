// Sends each datagram back as it came, many with one system call: what answering costs the kernel alone.
// Prints the port, then serves until it is ended.

#include <cstdio>
#include <exception>

#include "bench/load/datagram_batch.hpp"

using namespace tributary;
using namespace tributary::load;

int main() try {
  LoopbackSocket socket(SOCK_DGRAM);
  socket.widen_buffers();
  std::printf("%u\n", socket.bind_anywhere());
  std::fflush(stdout);
  DatagramBatch batch(false);
  for (;;) batch.send(socket, batch.receive(socket, MSG_WAITFORONE));
} catch (const std::exception& error) {
  std::fprintf(stderr, "load_echo: %s\n", error.what());
  return 1;
}
