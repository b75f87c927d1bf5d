#include "resolver/strategy/answer_chain.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

using dns::Record;
using dns::Type;

bool is_data(const Record& record, const dns::Name& owner, Type type) {
  return record.type == type && record.klass == dns::Class::IN && record.owner == owner;
}

void append_signatures(std::vector<Record>& out, const std::vector<Record>& from, const dns::Name& owner,
                       Type type) {
  std::ranges::copy_if(from, std::back_inserter(out), [&](const Record& record) {
    return is_data(record, owner, Type::RRSIG) && dns::covered_type(record) == type;
  });
}

/// Appends the record set (owner, type) and, if wanted, the signatures over it. Returns how many records it
/// has.
std::size_t append_set(std::vector<Record>& out, const std::vector<Record>& from, const dns::Name& owner,
                       Type type, bool with_signatures) {
  const auto before = out.size();
  std::ranges::copy_if(from, std::back_inserter(out),
                       [&](const Record& record) { return is_data(record, owner, type); });
  const auto count = out.size() - before;
  if (with_signatures && count > 0 && type != Type::RRSIG) append_signatures(out, from, owner, type);
  return count;
}

/// Appends a CNAME or DNAME, of which a name has only one (RFC 2181 §10.1, RFC 6672 §2.4): not the others
/// that a reply may hold.
void append_single(std::vector<Record>& out, const std::vector<Record>& from, const Record& single,
                   bool with_signatures) {
  out.push_back(single);
  if (with_signatures) append_signatures(out, from, single.owner, single.type);
}

/// True if `dname` redirects `name` to `target` (RFC 6672 §2.2: only names below its owner).
bool redirects(const Record& dname, const dns::Name& name, const dns::Name& target) {
  if (dname.type != Type::DNAME || dname.klass != dns::Class::IN) return false;
  if (dname.owner == name || !name.is_within(dname.owner)) return false;
  const auto under = dns::target_of(dname);
  return under && name.with_suffix_replaced(dname.owner, *under) == target;
}

/// Appends the DNAME that the CNAME from `name` to `target` was made from, if there is one: once, though the
/// chain may pass it again.
void append_dname(std::vector<Record>& out, const std::vector<Record>& from, const dns::Name& name,
                  const dns::Name& target, bool with_signatures) {
  const auto dname =
      std::ranges::find_if(from, [&](const Record& record) { return redirects(record, name, target); });
  if (dname == from.end() || std::ranges::find(out, *dname) != out.end()) return;
  append_single(out, from, *dname, with_signatures);
}

const Record* cname_at(const dns::Name& name, const std::vector<Record>& answer) {
  const auto found =
      std::ranges::find_if(answer, [&](const Record& record) { return is_data(record, name, Type::CNAME); });
  return found == answer.end() ? nullptr : &*found;
}

}  // namespace

std::optional<AnswerChain> follow_chain(const dns::Question& question, const std::vector<Record>& answer,
                                        bool with_signatures, std::size_t longest) {
  AnswerChain chain{{}, question.name, false, 0};
  while (true) {
    chain.has_data = append_set(chain.records, answer, chain.end, question.type, with_signatures) > 0;
    if (chain.has_data) return chain;
    const Record* cname = cname_at(chain.end, answer);
    if (cname == nullptr) return chain;
    if (++chain.links > longest) return std::nullopt;
    const auto target = dns::target_of(*cname);
    if (!target) return std::nullopt;
    append_dname(chain.records, answer, chain.end, *target, with_signatures);
    append_single(chain.records, answer, *cname, with_signatures);
    chain.end = *target;
  }
}

const Record* soa_for(const dns::Name& name, const std::vector<Record>& authority) {
  const auto found = std::ranges::find_if(authority, [&](const Record& record) {
    return record.type == Type::SOA && record.klass == dns::Class::IN && name.is_within(record.owner);
  });
  return found == authority.end() ? nullptr : &*found;
}

bool is_referral(const dns::Name& name, const std::vector<Record>& authority) {
  return std::ranges::any_of(authority, [&](const Record& record) {
    return record.type == Type::NS && record.klass == dns::Class::IN && name.is_within(record.owner);
  });
}

std::vector<Record> denial_records(const std::vector<Record>& authority, const Record* soa) {
  std::vector<Record> out;
  std::ranges::copy_if(authority, std::back_inserter(out), [soa](const Record& record) {
    if (record.klass != dns::Class::IN) return false;
    const auto type = dns::covered_type(record).value_or(record.type);
    if (type == Type::NSEC || type == Type::NSEC3) return true;
    return soa != nullptr && record.type == Type::RRSIG && type == Type::SOA && record.owner == soa->owner;
  });
  return out;
}

}  // namespace tributary::resolver
