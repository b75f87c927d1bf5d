#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "dns/edns.hpp"
#include "tests/scenario/signed_zone.hpp"

namespace tributary::scenario {

/// What a reply says, set by set, so that it can be tampered with before it is written.
struct ReplyContent {
  dns::Rcode rcode = dns::Rcode::NOERROR;
  bool authentic = false;  ///< AD is set.
  std::vector<Rrset> answer, authority;
  std::optional<dns::ExtendedErrorOption> error;
  enum class Fate { comes, lost, refused };
  Fate fate = Fate::comes;  ///< It never comes; or the network says that it cannot.
};

/// What the DS set of a zone says of its keys.
struct DsContent {
  std::vector<dnssec::DigestType> digests{dnssec::DigestType::SHA256};  ///< A DS of each, for each key.
  bool none = false;          ///< The delegation is unsigned, though the zone is signed.
  bool of_other_key = false;  ///< It names a key that the zone does not have.
  bool unknown_digest = false, unknown_algorithm = false;  ///< The only DS has such a one.
  bool beside_unknown = false;  ///< DS of unknown algorithm and digest stand beside the good one.
  bool wrong_sha256 = false;    ///< The SHA-256 digest is wrong (RFC 4509 §3).
};

/// All zones of a test, and what a resolver that does not validate replies out of them.
class SignedWorld {
 public:
  /// The zone's delegation is put into the zone above, which must be there already.
  SignedZone& add_zone(const dns::Name& apex, Signing signing, const DsContent& ds);
  /// Null if there is none.
  SignedZone* zone(const dns::Name& apex) const;
  /// The zone that sets of `type` at `name` belong to: a DS to the one above the cut.
  SignedZone& zone_of(const dns::Name& name, dns::Type type) const;

  /// CNAME and DNAME are followed to the end.
  ReplyContent reply_to(const dns::Question& question) const;

 private:
  void delegate(const SignedZone& zone, const DsContent& ds);
  /// Adds what `zone` has; the next name if that is an alias.
  static std::optional<dns::Name> add_answer(const SignedZone& zone, const dns::Name& name, dns::Type type,
                                             ReplyContent& reply);

  std::map<dns::Name, std::unique_ptr<SignedZone>, dns::CanonicalLess> zones_;
};

/// A reply in wire format.
std::vector<std::uint8_t> to_message(const dns::Question& question, const ReplyContent& reply);

}  // namespace tributary::scenario
