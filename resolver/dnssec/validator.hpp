#pragma once

#include <functional>

#include "resolver/dnssec/chain_of_trust.hpp"
#include "resolver/dnssec/denial.hpp"

namespace tributary::dnssec {

/// What validation of one answer came to.
struct Validation {
  enum class Kind : std::uint8_t { secure, insecure, bogus };
  Kind kind = Kind::bogus;
  Reason reason;  ///< Why it is bogus, or insecure.
  std::vector<std::uint32_t>
      most_ttls;                ///< Of `secure` and `insecure`: for each record of the message, in seconds.
  bool above_original = false;  ///< A record has a TTL above the one that a good signature of it names.
};

/// Somewhere else than on the worker's thread: for verifications that may be many, and in vain.
class VerifyingThread {
 public:
  virtual ~VerifyingThread() = default;
  /// Whether it holds. `keys` own the verification's key.
  virtual Task<bool> verify(Verification verification, std::shared_ptr<const ZoneKeys> keys) = 0;

 protected:
  VerifyingThread() = default;
  VerifyingThread(const VerifyingThread&) = delete;
  VerifyingThread& operator=(const VerifyingThread&) = delete;
};

/// Validates answers (RFC 4035 §5, RFC 5155 §8, RFC 6840): every set on the chain from the QNAME by the keys
/// of its zone; what is unsigned by the proof that it may be; what is denied, or made from a wildcard, by
/// NSEC and NSEC3.
///
/// For one worker. References outlive it.
class Validator {
 public:
  Validator(ChainOfTrust& chain, std::function<SignatureTime()> time)
      : chain_(chain), time_(std::move(time)) {}

  /// As soon as a signature was wrong, all others for the same client's query are verified there. Before the
  /// first answer.
  void verify_elsewhere(VerifyingThread& elsewhere) { elsewhere_ = &elsewhere; }

  /// `answer` is one that was judged, to `question`. Ends at the effort's deadline at the latest: it waits
  /// for nothing but links and verifications elsewhere.
  Task<Validation> validate(cache::AnswerPtr answer, dns::Question question, EffortPtr effort);

 private:
  struct Sets;

  /// How one set of the message came out.
  struct Finding {
    Validation::Kind kind = Validation::Kind::bogus;
    Reason reason{};
    std::uint32_t most_ttl = UINT32_MAX;
    std::uint8_t labels = 0;  ///< As in SignatureProof; of `secure`.
    dns::Name signer{};       ///< Of `secure`.
    std::uint32_t original_ttl = UINT32_MAX;
  };

  static Finding made_finding(const Rrset& cname, Finding of_dname);
  Task<Finding> check_set(const Rrset* set, EffortPtr effort);
  Task<Finding> check_dnskeys(const Rrset* set, EffortPtr effort);
  Task<Finding> check_by_signer(const Rrset* set, EffortPtr effort);
  Task<tl::expected<SignatureProof, Reason>> check(const Rrset* set, std::shared_ptr<const ZoneKeys> keys,
                                                   ProofFor serves, EffortPtr effort);
  Task<Finding> may_be_unsigned(dns::Name name, Reason reason, EffortPtr effort);
  Task<Finding> check_denial(const Sets* sets, dns::Question asked, dns::Rcode rcode, EffortPtr effort);
  Task<Finding> check_sections(Sets* sets, EffortPtr effort);
  Finding check_whole(const Sets& sets, const dns::MessageView& message, const dns::Question& question,
                      ValidationBudget& budget) const;
  static std::optional<std::size_t> maker_of(const Sets& sets, std::size_t index);
  Finding check_wildcards(const Sets& sets, ValidationBudget& budget) const;

  ChainOfTrust& chain_;
  std::function<SignatureTime()> time_;
  VerifyingThread* elsewhere_ = nullptr;
};

}  // namespace tributary::dnssec
