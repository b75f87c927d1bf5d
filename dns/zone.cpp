#include "dns/zone.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "dns/rdata_layout.hpp"

namespace tributary::dns {

namespace {

std::string describe(const Record& record) {
  return record.owner.to_text() + ' ' + to_text(record.type);
}

/// What is wrong with a record regardless of the others; empty if nothing is.
std::string fault_of(const Record& record, const Name& origin) {
  if (!record.owner.is_within(origin)) return "lies outside the zone " + origin.to_text();
  if (record.klass != Class::IN) return "is of class " + to_text(record.klass) + ", not IN";
  if (is_meta_type(record.type)) return "is of a type that cannot be stored";
  if (!is_valid_rdata(record.type, record.rdata)) return "has malformed data";
  if (record.type == Type::SOA && record.owner != origin) return "stands below the zone's origin";
  return {};
}

bool may_stand_beside_cname(Type type) {
  constexpr std::array allowed{Type::CNAME, Type::RRSIG, Type::NSEC,
                               Type::SIG,   Type::NXT,   Type{25} /* KEY */};
  return std::ranges::find(allowed, type) != allowed.end();
}

}  // namespace

tl::expected<Zone, std::vector<std::string>> Zone::make(const Name& origin, std::vector<Record> records) {
  Zone zone(origin);
  std::vector<std::string> errors;
  for (Record& record : records) {
    const auto fault = fault_of(record, origin);
    if (fault.empty())
      zone.insert(std::move(record));
    else
      errors.push_back(describe(record) + ' ' + fault);
  }
  zone.check(errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return zone;
}

void Zone::insert(Record record) {
  for (Name name = record.owner; name != origin_; name = name.parent()) nodes_.try_emplace(name.parent());
  RecordSet& set = nodes_[record.owner][record.type];
  if (!set.empty()) record.ttl = std::min(record.ttl, set.front().ttl);
  for (Record& other : set) other.ttl = record.ttl;
  if (std::ranges::find(set, record) != set.end()) return;
  set.push_back(std::move(record));
  ++record_count_;
}

void Zone::check(std::vector<std::string>& errors) const {
  if (!find(origin_, Type::SOA)) errors.push_back(origin_.to_text() + " has no SOA");
  if (!find(origin_, Type::NS)) errors.push_back(origin_.to_text() + " has no NS");
  for (const auto& [name, node] : nodes_) {
    for (const Type type : {Type::SOA, Type::CNAME, Type::DNAME})
      if (node.contains(type) && node.at(type).size() > 1)
        errors.push_back(name.to_text() + " has more than one " + dns::to_text(type));
    if (!node.contains(Type::CNAME)) continue;
    for (const auto& [type, set] : node)
      if (!may_stand_beside_cname(type))
        errors.push_back(name.to_text() + " has a CNAME and " + dns::to_text(type) + " besides");
  }
}

const Record& Zone::soa() const {
  return find(origin_, Type::SOA)->front();
}

const Zone::RecordSet* Zone::find(const Name& name, Type type) const {
  const auto node = nodes_.find(name);
  if (node == nodes_.end()) return nullptr;
  const auto set = node->second.find(type);
  return set == node->second.end() ? nullptr : &set->second;
}

}  // namespace tributary::dns
