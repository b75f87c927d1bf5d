#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/locked.hpp"
#include "cache/answer.hpp"
#include "cache/key.hpp"

namespace tributary::resolver {

/// The questions that are being asked right now, by any worker: however many clients ask the same one at
/// once, upstreams see it once. (It also denies a forger the birthday attack: many equal queries with
/// different IDs.)
///
/// Thread-safe. Nothing is called while a lock is held.
class InFlight {
 public:
  /// One question on its way.
  class Flight {
   public:
    /// The answer; null while there is none, or if the leader gave up without one.
    cache::AnswerPtr answer() const;
    /// Calls `wake` once when the flight has ended; at once if it has.
    void when_landed(std::function<void()> wake);

   private:
    friend class InFlight;
    struct State {
      bool landed = false;
      cache::AnswerPtr answer;
      std::vector<std::function<void()>> wakes;
    };
    void land(cache::AnswerPtr answer);

    Locked<State> state_;
  };

  /// The duty of the one who asks. Destroying it without `land` ends the flight without an answer.
  class Leader {
   public:
    Leader(InFlight& table, std::string key, std::shared_ptr<Flight> flight)
        : table_(&table), key_(std::move(key)), flight_(std::move(flight)) {}
    Leader(Leader&& other) noexcept = default;
    Leader& operator=(Leader&&) = delete;
    ~Leader() { land(nullptr); }

    /// Gives `answer` to all who wait; later joiners start a new flight.
    void land(cache::AnswerPtr answer);

   private:
    InFlight* table_;
    std::string key_;
    std::shared_ptr<Flight> flight_;
  };

  struct Joined {
    std::optional<Leader> leader;  ///< Present: the caller asks. Absent: somebody else does.
    std::shared_ptr<Flight> flight;
  };
  Joined join(const cache::Key& key);

  /// Waits, on the caller's worker, until the flight lands or `deadline` has come; then tells its answer, or
  /// null.
  static asio::awaitable<cache::AnswerPtr> wait(std::shared_ptr<Flight> flight, Deadline deadline,
                                                asio::any_io_executor executor, Clock& clock);

 private:
  using Table = std::unordered_map<std::string, std::shared_ptr<Flight>>;
  Locked<Table>& shard_of(std::string_view key);

  std::array<Locked<Table>, 64> shards_;
};

}  // namespace tributary::resolver
