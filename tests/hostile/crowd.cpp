// Many clients at once over UDP, each from an address of its own (127.1.0.1, …), and what they got, as JSON.
//
//   crowd port=P clients=N rate=R queries=Q zone=NAME [first=F] [names=K] [patience=S] [address=A]
//
// Together the clients send Q queries for A records of nNUMBER.ZONE, R a second, in turn; numbers begin at
// F and begin again after K of them. Who gets no answer within S seconds has lost his query. The first client
// is 127.1.A.1. Times are the kernel's, so that what this program waits for does not count.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using Nanoseconds = std::int64_t;
constexpr Nanoseconds second = 1'000'000'000, slot = 10'000'000;
/// Sent before replies are read again.
constexpr std::size_t most_at_once = 64;

Nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * second + time.tv_nsec;
}

int checked(int result, const char* call) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), call);
  return result;
}

struct Plan {
  std::uint16_t port = 0;
  std::size_t clients = 1, queries = 0;
  double rate = 0;
  std::string zone;
  std::uint32_t first = 0, names = 0, address = 0;
  Nanoseconds patience = 3 * second;
};

/// A question for A with RD and an empty OPT record.
std::vector<std::uint8_t> query(std::uint16_t id, const std::string& name) {
  std::vector<std::uint8_t> out{
      static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id), 1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
  for (std::size_t from = 0; from < name.size();) {
    const std::size_t to = std::min(name.find('.', from), name.size());
    out.push_back(static_cast<std::uint8_t>(to - from));
    out.insert(out.end(), name.begin() + static_cast<std::ptrdiff_t>(from),
               name.begin() + static_cast<std::ptrdiff_t>(to));
    from = to + 1;
  }
  for (const int octet : {0, 0, 1, 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0})
    out.push_back(static_cast<std::uint8_t>(octet));
  return out;
}

/// One client: its socket, and when it sent what it waits for (0: nothing), by ID.
class Client {
 public:
  Client(const Plan& plan, std::size_t number) : handle_(checked(socket(AF_INET, SOCK_DGRAM, 0), "socket")) {
    const int octets = 4 << 20, on = 1;
    setsockopt(handle_, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
    setsockopt(handle_, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof octets);
    checked(setsockopt(handle_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on), "setsockopt");
    const auto host = static_cast<std::uint32_t>(number + 1);
    const auto own = address((127U << 24) + (1U << 16) + (plan.address << 8) + host, 0);
    checked(bind(handle_, reinterpret_cast<const sockaddr*>(&own), sizeof own), "bind");
    const auto server = address(INADDR_LOOPBACK, plan.port);
    checked(connect(handle_, reinterpret_cast<const sockaddr*>(&server), sizeof server), "connect");
  }

  int handle() const { return handle_; }

  void send(const std::string& name) {
    const auto octets = query(++id_, name);
    sent_at_[id_] = now();
    sent_octets += octets.size();
    if (::send(handle_, octets.data(), octets.size(), 0) < 0 && errno != ECONNREFUSED)
      throw std::system_error(errno, std::generic_category(), "send");
  }

  /// Everything that has come.
  void receive(Nanoseconds patience, std::vector<Nanoseconds>& arrivals) {
    std::array<std::uint8_t, 4096> octets{};
    std::array<std::uint8_t, 64> control{};
    for (;;) {
      iovec part{octets.data(), octets.size()};
      msghdr header{};
      header.msg_iov = &part;
      header.msg_iovlen = 1;
      header.msg_control = control.data();
      header.msg_controllen = control.size();
      const auto size = recvmsg(handle_, &header, MSG_DONTWAIT);
      if (size < 0) return;
      if (size < 12) continue;
      note(octets.data(), static_cast<std::size_t>(size), arrival(header), patience, arrivals);
    }
  }

  std::vector<Nanoseconds> latencies;
  std::map<int, std::size_t> rcodes;
  std::size_t sent_octets = 0, largest = 0, received_octets = 0;

 private:
  static sockaddr_in address(std::uint32_t host, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    out.sin_addr.s_addr = htonl(host);
    return out;
  }

  static Nanoseconds arrival(msghdr& header) {
    timespec time{};
    const auto* const info = CMSG_FIRSTHDR(&header);
    if (info == nullptr || info->cmsg_type != SCM_TIMESTAMPNS) return now();
    std::memcpy(&time, CMSG_DATA(info), sizeof time);
    return time.tv_sec * second + time.tv_nsec;
  }

  void note(const std::uint8_t* reply, std::size_t size, Nanoseconds at, Nanoseconds patience,
            std::vector<Nanoseconds>& arrivals) {
    arrivals.push_back(at);
    largest = std::max(largest, size);
    received_octets += size;
    auto& sent = sent_at_[static_cast<std::size_t>(reply[0] << 8 | reply[1])];
    if (sent == 0 || at - sent > patience) return;
    latencies.push_back(at - std::exchange(sent, 0));
    ++rcodes[reply[3] & 15];
  }

  int handle_;
  std::uint16_t id_ = 0;
  std::vector<Nanoseconds> sent_at_ = std::vector<Nanoseconds>(65536);
};

double milliseconds(Nanoseconds time) {
  return static_cast<double>(time) / 1e6;
}

double quantile(std::vector<Nanoseconds> values, double part) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto place = static_cast<std::size_t>(part * static_cast<double>(values.size()));
  return milliseconds(values[std::min(place, values.size() - 1)]);
}

/// The most replies that came within one slot of time, wherever it begins.
std::size_t most_in_a_slot(std::vector<Nanoseconds> arrivals) {
  std::ranges::sort(arrivals);
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < arrivals.size(); ++last) {
    while (arrivals[last] - arrivals[first] >= slot) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

class Crowd {
 public:
  explicit Crowd(const Plan& plan) : plan_(plan) {
    for (std::size_t i = 0; i < plan.clients; ++i) clients_.emplace_back(plan, i);
  }

  void run() {
    const Nanoseconds began = now();
    for (std::size_t sent = 0; sent < plan_.queries;) {
      const double due = static_cast<double>(now() - began) / 1e9 * plan_.rate;
      const auto most = std::min(plan_.queries, sent + most_at_once);
      for (; sent < most && static_cast<double>(sent) <= due; ++sent) send(sent);
      receive(sent == most ? 0 : 1);
    }
    took_ = now() - began;
    for (const Nanoseconds end = now() + plan_.patience; now() < end && answered() < plan_.queries;)
      receive(10);
  }

  void print() const {
    std::vector<Nanoseconds> all;
    std::map<int, std::size_t> rcodes;
    std::size_t sent_octets = 0, received_octets = 0, largest = 0;
    std::string clients;
    for (const auto& client : clients_) {
      all.insert(all.end(), client.latencies.begin(), client.latencies.end());
      for (const auto& [rcode, count] : client.rcodes) rcodes[rcode] += count;
      sent_octets += client.sent_octets;
      received_octets += client.received_octets;
      largest = std::max(largest, client.largest);
      clients += (clients.empty() ? "" : ", ") + std::to_string(client.latencies.size());
    }
    std::string by_rcode;
    for (const auto& [rcode, count] : rcodes)
      by_rcode += (by_rcode.empty() ? "\"" : ", \"") + std::to_string(rcode) + "\": " + std::to_string(count);
    std::printf(
        "{\"sent\": %zu, \"answered\": %zu, \"seconds\": %.3f, \"rcodes\": {%s}, \"p50_ms\": %.3f, "
        "\"p99_ms\": %.3f, "
        "\"latest_ms\": %.3f, \"most_in_10ms\": %zu, \"replies\": %zu, \"sent_octets\": %zu, "
        "\"received_octets\": %zu, \"largest\": %zu, \"answered_by_client\": [%s]}\n",
        plan_.queries, all.size(), static_cast<double>(took_) / 1e9, by_rcode.c_str(), quantile(all, 0.5),
        quantile(all, 0.99), quantile(all, 1), most_in_a_slot(arrivals_), arrivals_.size(), sent_octets,
        received_octets, largest, clients.c_str());
  }

 private:
  void send(std::size_t number) {
    const auto name = plan_.names == 0 ? number : number % plan_.names;
    clients_[number % clients_.size()].send("n" + std::to_string(plan_.first + name) + "." + plan_.zone);
  }

  void receive(int wait) {
    std::vector<pollfd> waits;
    for (const auto& client : clients_) waits.push_back({client.handle(), POLLIN, 0});
    if (poll(waits.data(), waits.size(), wait) <= 0) return;
    for (auto& client : clients_) client.receive(plan_.patience, arrivals_);
  }

  std::size_t answered() const {
    std::size_t out = 0;
    for (const auto& client : clients_) out += client.latencies.size();
    return out;
  }

  Plan plan_;
  std::vector<Client> clients_;
  std::vector<Nanoseconds> arrivals_;
  Nanoseconds took_ = 0;
};

Plan read_plan(int count, char** words) {
  std::map<std::string, std::string> values;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto equals = word.find('=');
    if (equals == word.npos) throw std::invalid_argument(word + " is not name=value");
    values[word.substr(0, equals)] = word.substr(equals + 1);
  }
  const auto number = [&](const char* name, double otherwise) {
    return values.contains(name) ? std::stod(values[name]) : otherwise;
  };
  Plan plan;
  plan.port = static_cast<std::uint16_t>(number("port", 0));
  plan.clients = static_cast<std::size_t>(number("clients", 1));
  plan.queries = static_cast<std::size_t>(number("queries", 1));
  plan.rate = number("rate", 1);
  plan.zone = values["zone"];
  plan.first = static_cast<std::uint32_t>(number("first", 0));
  plan.names = static_cast<std::uint32_t>(number("names", 0));
  plan.address = static_cast<std::uint32_t>(number("address", 0));
  plan.patience = static_cast<Nanoseconds>(number("patience", 3) * 1e9);
  return plan;
}

}  // namespace

int main(int count, char** words) try {
  Crowd crowd(read_plan(count, words));
  crowd.run();
  crowd.print();
} catch (const std::exception& error) {
  std::fprintf(stderr, "crowd: %s\n", error.what());
  return 1;
}
