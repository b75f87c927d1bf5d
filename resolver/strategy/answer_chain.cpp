// What follows a CNAME and is signed by a zone that it is not in was added by that zone's servers, whose
// business it is not: the chain ends before it, and its next name is asked for by itself.
//
// A question for DS is about a delegation, which an alias is none (RFC 2181 §10.1): its chain is not
// followed, so that what the target is like says nothing about the alias.
//
// Each link of the chain is one pass over the answer section; names are compared in place. So a reply costs
// time in proportion to its size, whatever is in it.

#include "resolver/strategy/answer_chain.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

using dns::Type;
using Kept = std::vector<ReplyRecord>;

void append_signatures(Kept& kept, const ReplyRecords& reply, std::size_t owner, Type type) {
  for (const auto& record : reply.answer())
    if (record.view.type == Type::RRSIG && record.set == type && reply.is_at(record, owner))
      kept.push_back(record);
}

/// Appends a CNAME or DNAME, of which a name has only one (RFC 2181 §10.1, RFC 6672 §2.4): not the others
/// that a reply may hold.
void append_single(Kept& kept, const ReplyRecords& reply, const ReplyRecord& single) {
  kept.push_back(single);
  append_signatures(kept, reply, single.view.owner_offset, single.view.type);
}

/// True if `cname` is made from `dname` (RFC 6672 §2.2: which redirects only names below its owner).
bool is_made_from(const ReplyRecords& reply, const ReplyRecord& cname, const ReplyRecord& dname) {
  const auto name_at = cname.view.owner_offset;
  if (!reply.is_within(name_at, dname) || reply.is_at(dname, name_at)) return false;
  const auto name = reply.owner(cname), owner = reply.owner(dname);
  return name.with_suffix_replaced(owner, reply.target(dname)) == reply.target(cname);
}

/// The DNAME that `cname` was made from, or null. Only the first `most` are looked at: an honest reply has no
/// more than links, and another one is not worth the time.
const ReplyRecord* dname_of(const ReplyRecords& reply, const ReplyRecord& cname, std::size_t most) {
  for (const auto& record : reply.answer()) {
    if (record.view.type != Type::DNAME) continue;
    if (is_made_from(reply, cname, record)) return &record;
    if (--most == 0) break;
  }
  return nullptr;
}

/// Appends the DNAME that the CNAME at `name` was made from, if there is one: who asks for the CNAME itself
/// has to see what vouches for it (RFC 6672 §5.3.1).
void append_maker(Kept& kept, const ReplyRecords& reply, std::size_t name, std::size_t most) {
  const auto cname = std::ranges::find_if(reply.answer(), [&](const ReplyRecord& record) {
    return record.view.type == Type::CNAME && reply.is_at(record, name);
  });
  if (cname == reply.answer().end()) return;
  if (const auto* dname = dname_of(reply, *cname, most)) append_single(kept, reply, *dname);
}

bool contains(const Kept& kept, const ReplyRecord& record) {
  return std::ranges::any_of(
      kept, [&](const ReplyRecord& one) { return one.view.owner_offset == record.view.owner_offset; });
}

/// True if the set of `type` at `name` is signed, but only by zones that `name` does not lie in (RFC 4035
/// §5.3.1).
bool signed_elsewhere(const ReplyRecords& reply, std::size_t name, Type type) {
  bool elsewhere = false;
  for (const auto& record : reply.answer()) {
    if (record.view.type != Type::RRSIG || record.set != type || !reply.is_at(record, name)) continue;
    if (reply.may_sign(record, name)) return false;
    elsewhere = true;
  }
  return elsewhere;
}

/// Appends the records of `type` at `name`. Returns the first CNAME there that is not among them, or null.
const ReplyRecord* append_data(Kept& kept, const ReplyRecords& reply, std::size_t name, Type type) {
  const ReplyRecord* cname = nullptr;
  for (const auto& record : reply.answer()) {
    const bool alias = record.view.type == Type::CNAME && cname == nullptr;
    if ((record.view.type != type && !alias) || !reply.is_at(record, name)) continue;
    if (record.view.type == type)
      kept.push_back(record);
    else
      cname = &record;
  }
  return cname;
}

/// The place of the name of the zone that signed `cname`; its own name if it is not signed.
std::size_t zone_of(const ReplyRecords& reply, const ReplyRecord& cname) {
  const auto owner = cname.view.owner_offset;
  for (const auto& record : reply.answer()) {
    const bool signs =
        record.view.type == Type::RRSIG && record.set == Type::CNAME && reply.is_at(record, owner);
    if (signs && reply.may_sign(record, owner)) return ReplyRecords::signer_at(record);
  }
  return owner;
}

}  // namespace

std::optional<AnswerChain> follow_chain(const ReplyRecords& reply, Type type, std::size_t longest,
                                        Kept& kept) {
  AnswerChain chain;
  if (type == Type::CNAME) append_maker(kept, reply, chain.end, longest);
  while (true) {
    const std::size_t before = kept.size();
    const ReplyRecord* cname = append_data(kept, reply, chain.end, type);
    chain.has_data = kept.size() > before;
    const bool end_is_foreign = chain.links > 0 && (chain.has_data || cname != nullptr) &&
                                signed_elsewhere(reply, chain.end, chain.has_data ? type : Type::CNAME);
    if (end_is_foreign) {
      kept.resize(before);
      chain.has_data = false;
      return chain;
    }
    if (chain.has_data && type != Type::RRSIG) append_signatures(kept, reply, chain.end, type);
    if (chain.has_data || cname == nullptr) return chain;
    if (++chain.links > longest) return std::nullopt;
    // Once, though the chain may pass it again.
    if (const auto* dname = dname_of(reply, *cname, longest); dname != nullptr && !contains(kept, *dname))
      append_single(kept, reply, *dname);
    append_single(kept, reply, *cname);
    if (type == Type::DS) chain.stopped_in = zone_of(reply, *cname);
    chain.end = cname->view.rdata_offset;
    if (chain.stopped_in) return chain;
  }
}

const ReplyRecord* soa_for(const ReplyRecords& reply, std::size_t name) {
  const auto found = std::ranges::find_if(reply.authority(), [&](const ReplyRecord& record) {
    return record.view.type == Type::SOA && reply.is_within(name, record);
  });
  return found == reply.authority().end() ? nullptr : &*found;
}

bool is_referral(const ReplyRecords& reply, std::size_t name) {
  return std::ranges::any_of(reply.authority(), [&](const ReplyRecord& record) {
    return record.view.type == Type::NS && reply.is_within(name, record);
  });
}

void append_denial_in(const ReplyRecords& reply, std::size_t zone, Kept& kept) {
  std::ranges::copy_if(reply.authority(), std::back_inserter(kept), [&](const ReplyRecord& record) {
    return record.view.klass == dns::Class::IN && (record.set == Type::NSEC || record.set == Type::NSEC3) &&
           dns::Name::within_in_message(reply.message().bytes(), record.view.owner_offset, zone);
  });
}

void append_denial(const ReplyRecords& reply, const ReplyRecord* soa, Kept& kept) {
  std::ranges::copy_if(reply.authority(), std::back_inserter(kept), [&](const ReplyRecord& record) {
    if (record.view.klass != dns::Class::IN) return false;
    if (record.set == Type::NSEC || record.set == Type::NSEC3) return true;
    return soa != nullptr && record.view.type == Type::RRSIG && record.set == Type::SOA &&
           reply.is_at(record, soa->view.owner_offset);
  });
}

}  // namespace tributary::resolver
