#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dns/message_view.hpp"

namespace tributary::resolver {

/// One record of a reply, by where it stands.
struct ReplyRecord {
  dns::RecordView view;
  dns::Type set;  ///< The type of the set it belongs to: of an RRSIG what it covers (RFC 4034 §3.1.1).
  std::uint32_t ttl = 0;  ///< The one it is to have in the answer, in seconds.
};

/// The records of one reply after the other, looked at in place: names are compared where they stand, and the
/// memory is kept for the next reply.
class ReplyRecords {
 public:
  /// Takes the records of `message`, whose octets must stay. False if RDATA of any section is malformed.
  bool read(const dns::MessageView& message);

  const dns::MessageView& message() const { return *message_; }
  std::span<const ReplyRecord> answer() const { return answer_; }
  std::span<const ReplyRecord> authority() const { return authority_; }

  /// True if the owner of `record`, which is of class IN, is the name at `name` of the message.
  bool is_at(const ReplyRecord& record, std::size_t name) const;
  /// True if the name at `name` of the message is the owner of `record`, which is of class IN, or lies below
  /// it.
  bool is_within(std::size_t name, const ReplyRecord& record) const;
  /// Where the name of the signer stands (RFC 4034 §3.1). Requires: RRSIG.
  static std::size_t signer_at(const ReplyRecord& rrsig) { return rrsig.view.rdata_offset + 18; }
  /// True if the signer that `rrsig` names may sign what stands at `name`: it is the name, or above it.
  bool may_sign(const ReplyRecord& rrsig, std::size_t name) const;
  bool same_set(const ReplyRecord& a, const ReplyRecord& b) const;
  dns::Name owner(const ReplyRecord& record) const { return message_->owner(record.view); }
  /// The name that its RDATA begins with. Requires: CNAME, DNAME, NS or PTR.
  dns::Name target(const ReplyRecord& record) const;
  /// As dns::negative_ttl. Requires: SOA.
  std::uint32_t negative_ttl(const ReplyRecord& soa) const;

 private:
  std::optional<dns::MessageView> message_;
  std::vector<ReplyRecord> answer_, authority_;
};

}  // namespace tributary::resolver
