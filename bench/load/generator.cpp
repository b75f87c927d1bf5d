// Loads one DNS server on 127.0.0.1 and tells what came back, as JSON.
//
//   load_generator udp   port=P window=W seconds=S first=N names=N random=0|1
//   load_generator paced port=P rate=R … (as udp)
//   load_generator tcp   port=P window=W connections=C … (as udp)
//
// All must be given. `python3 bench/load` does so.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>

#include "bench/load/load.hpp"

using namespace tributary::load;

namespace {

/// The numbers of the command line by their names.
class Numbers {
 public:
  Numbers(int count, char** words) {
    for (int i = 0; i < count; ++i) {
      const std::string word = words[i];
      const auto equals = word.find('=');
      if (equals == std::string::npos) throw std::invalid_argument(word + " is not name=number");
      values_[word.substr(0, equals)] = std::stod(word.substr(equals + 1));
    }
  }

  double real(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::invalid_argument(name + "= is missing");
    return found->second;
  }
  std::uint32_t whole(const std::string& name) const { return static_cast<std::uint32_t>(real(name)); }

 private:
  std::map<std::string, double> values_;
};

Plan read_plan(const Numbers& numbers) {
  return {
      .port = static_cast<std::uint16_t>(numbers.whole("port")),
      .queries = QuerySource(numbers.whole("first"), numbers.whole("names"), numbers.whole("random") != 0),
      .length = std::chrono::duration<double>(numbers.real("seconds"))};
}

void run(const std::string& mode, const Numbers& numbers) {
  Plan plan = read_plan(numbers);
  if (mode == "paced") {
    plan.rate = numbers.real("rate");
  } else {
    plan.window = numbers.whole("window");
  }
  if (mode == "tcp") plan.connections = numbers.whole("connections");
  Exchange exchange(plan);
  mode == "tcp" ? run_tcp(exchange) : mode == "paced" ? run_udp_paced(exchange) : run_udp_closed(exchange);
  exchange.print();
}

}  // namespace

int main(int count, char** words) try {
  if (count < 2) throw std::invalid_argument("usage: load_generator udp|paced|tcp name=number…");
  run(words[1], Numbers(count - 2, words + 2));
} catch (const std::exception& error) {
  std::fprintf(stderr, "load_generator: %s\n", error.what());
  return 1;
}
