#pragma once

#include <mutex>
#include <optional>

#include <asio/thread_pool.hpp>

#include "resolver/dnssec/validator.hpp"
#include "resolver/upstream/worker_tools.hpp"

namespace tributary::resolver {

/// One thread, for all workers, on which signatures are verified while anything else has the processor first:
/// who asks for names in a trap (CVE-2023-50387) does not hold up those whose answers are in the cache.
///
/// It starts with the first verification. Thread-safe.
class BackgroundChecks {
 public:
  BackgroundChecks() = default;
  ~BackgroundChecks() { stop(); }
  BackgroundChecks(const BackgroundChecks&) = delete;
  BackgroundChecks& operator=(const BackgroundChecks&) = delete;

  /// Resumes on the worker's thread, whose tools these are.
  Task<bool> verify(dnssec::Verification verification, std::shared_ptr<const dnssec::ZoneKeys> keys,
                    const WorkerTools& tools);

  /// For a validator of the worker whose tools these are. They outlive it, as this object does.
  class Elsewhere final : public dnssec::VerifyingThread {
   public:
    Elsewhere(BackgroundChecks& checks, const WorkerTools& tools) : checks_(checks), tools_(tools) {}
    Task<bool> verify(dnssec::Verification verification,
                      std::shared_ptr<const dnssec::ZoneKeys> keys) override {
      return checks_.verify(std::move(verification), std::move(keys), tools_);
    }

   private:
    BackgroundChecks& checks_;
    const WorkerTools& tools_;
  };

  /// Waits for the verification that is being made; the others are never resumed. Workers outlive this call.
  void stop();

 private:
  asio::thread_pool& thread();

  std::once_flag started_;
  std::optional<asio::thread_pool> thread_;
};

}  // namespace tributary::resolver
