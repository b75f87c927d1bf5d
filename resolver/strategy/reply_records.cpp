#include "resolver/strategy/reply_records.hpp"

#include <algorithm>

#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"

namespace tributary::resolver {

bool ReplyRecords::read(const dns::MessageView& message) {
  message_ = message;
  answer_.clear();
  authority_.clear();
  const auto octets = message.bytes();
  bool valid = true;
  message.for_each_record([&](const dns::RecordView& view) {
    valid = valid && dns::is_valid_rdata(view.type, octets, view.rdata_offset, view.rdata_length);
    if (!valid || view.section == dns::Section::additional) return;
    const bool signature = view.type == dns::Type::RRSIG;
    const auto set = signature ? dns::Type{dns::read_u16(octets, view.rdata_offset)} : view.type;
    (view.section == dns::Section::answer ? answer_ : authority_).push_back({view, set, view.valid_ttl()});
  });
  return valid;
}

bool ReplyRecords::is_at(const ReplyRecord& record, std::size_t name) const {
  return record.view.klass == dns::Class::IN &&
         dns::Name::equal_in_message(message_->bytes(), record.view.owner_offset, name);
}

bool ReplyRecords::is_within(std::size_t name, const ReplyRecord& record) const {
  return record.view.klass == dns::Class::IN &&
         dns::Name::within_in_message(message_->bytes(), name, record.view.owner_offset);
}

bool ReplyRecords::may_sign(const ReplyRecord& rrsig, std::size_t name) const {
  return dns::Name::within_in_message(message_->bytes(), name, signer_at(rrsig));
}

bool ReplyRecords::same_set(const ReplyRecord& a, const ReplyRecord& b) const {
  return a.view.type == b.view.type && a.set == b.set && is_at(a, b.view.owner_offset);
}

dns::Name ReplyRecords::target(const ReplyRecord& record) const {
  return *dns::Name::from_message(message_->bytes(), record.view.rdata_offset);
}

std::uint32_t ReplyRecords::negative_ttl(const ReplyRecord& soa) const {
  return std::min(soa.ttl, dns::read_u32(message_->bytes(), soa.view.rdata_end() - 4));
}

}  // namespace tributary::resolver
