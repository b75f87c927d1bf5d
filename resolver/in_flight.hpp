#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/frame_pool.hpp"
#include "base/locked.hpp"
#include "base/task.hpp"
#include "cache/answer.hpp"
#include "cache/key.hpp"
#include "resolver/upstream/worker_tools.hpp"

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
    Flight(const cache::Key& key, const WorkerTools* home) : key_(key), home_(home) {}

    /// The answer; null while there is none, or if the leader gave up without one.
    cache::AnswerPtr answer() const;
    /// Calls `wake` once when the flight has ended; at once if it has.
    void when_landed(std::function<void()> wake);

   private:
    friend class InFlight;
    class LocalWait;
    struct State {
      bool landed = false;
      cache::AnswerPtr answer;
      std::vector<std::function<void()>> wakes;
    };
    void land(cache::AnswerPtr answer, bool given_up);
    bool landed() const;

    const cache::Key key_;
    const WorkerTools* const home_;     // of the leader's worker
    LocalWait* local_waits_ = nullptr;  // of those who wait there; touched on its thread alone
    Locked<State> state_;
  };

  /// The duty of the one who asks. Destroying it without `land` ends the flight without an answer. Lands on
  /// the worker that it was made for.
  class Leader {
   public:
    /// `table`: where others find the flight; null: nowhere.
    Leader(InFlight* table, std::shared_ptr<Flight> flight) : table_(table), flight_(std::move(flight)) {}
    Leader(Leader&& other) noexcept = default;
    Leader& operator=(Leader&&) = delete;
    ~Leader() { end(nullptr, true); }

    const cache::Key& key() const { return flight_->key_; }
    /// Gives `answer` to all who wait; later joiners start a new flight. Those who wait on the leader's
    /// worker are resumed before it returns.
    void land(cache::AnswerPtr answer) { end(std::move(answer), false); }

   private:
    void end(cache::AnswerPtr answer, bool given_up);

    InFlight* table_;
    std::shared_ptr<Flight> flight_;
  };

  struct Joined {
    std::optional<Leader> leader;  ///< Present: the caller asks. Absent: somebody else does.
    std::shared_ptr<Flight> flight;
  };
  /// `home` are the tools of the caller's worker: should the caller lead, those who wait on the same worker
  /// are woken without a detour. Null: all are woken through their event loops.
  Joined join(const cache::Key& key, const WorkerTools* home = nullptr);
  /// A flight that nobody else can join, and that joins no other.
  static Joined alone(const cache::Key& key, const WorkerTools* home);

  /// Waits, on the caller's worker, until the flight lands or `deadline` has come; then tells its answer, or
  /// null. `tools` outlive the wait.
  static Task<cache::AnswerPtr> wait(std::shared_ptr<Flight> flight, Deadline deadline,
                                     const WorkerTools& tools);

 private:
  static Task<> wait_locally(Flight* flight, Deadline deadline, const WorkerTools& tools);
  static Task<> wait_remotely(Flight* flight, Deadline deadline, const WorkerTools& tools);

  /// Keys are those of the flights themselves.
  using Entry = std::pair<const std::string_view, std::shared_ptr<Flight>>;
  using Table = std::unordered_map<std::string_view, std::shared_ptr<Flight>, std::hash<std::string_view>,
                                   std::equal_to<>, frame_pool::Allocator<Entry>>;
  Locked<Table>& shard_of(std::string_view key);

  std::array<Locked<Table>, 64> shards_;
};

}  // namespace tributary::resolver
