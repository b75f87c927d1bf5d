#include <algorithm>
#include <optional>
#include <utility>

#include "dns/zone.hpp"

// RFC 1034 §4.3.2, from the zone's origin down to the name, label by label:
//   - A cut on the way ends the search with a delegation, a DNAME with a new name to search for.
//   - A label without a node ends it too: the last node found is the closest encloser (RFC 4592 §3.3.1), and
//     the wildcard just below that answers, if there is one.
//   - A CNAME found at the end leads to a new name.
// An alias, a DNAME's too, is not followed by who asks for CNAME or ANY.
// New names are searched for while they lie in the zone, up to eleven, and no name twice.

namespace tributary::dns {

namespace {

constexpr std::size_t max_links = 11;

}  // namespace

class Zone::Lookup {
 public:
  Lookup(const Zone& zone, Type type) : zone_(zone), type_(type) {}

  ZoneAnswer run(const Name& name) && {
    std::optional<Name> next = name;
    for (std::size_t links = 0; next; ++links) {
      if (!next->is_within(zone_.origin_) || links > max_links || was_visited(*next)) {
        answer_.kind = ZoneAnswer::Kind::cname_out;
        break;
      }
      next = search(*next);
    }
    return std::move(answer_);
  }

 private:
  /// Fills the answer. Returns the name to go on with, if there is one.
  std::optional<Name> search(const Name& name) {
    const std::size_t origin_labels = zone_.origin_.label_count(), labels = name.label_count();
    const Node* node = nullptr;
    for (std::size_t count = origin_labels; count <= labels; ++count) {
      const Name ancestor = name.suffix(count);
      const auto found = zone_.nodes_.find(ancestor);
      if (found == zone_.nodes_.end()) return search_wildcard(name, name.suffix(count - 1));
      node = &found->second;
      const bool at_name = count == labels;
      if (count > origin_labels && node->contains(Type::NS) && !(at_name && type_ == Type::DS))
        return delegate(node->at(Type::NS));
      if (!at_name && node->contains(Type::DNAME)) return redirect(name, node->at(Type::DNAME).front());
    }
    return answer_from(*node, name);
  }

  std::optional<Name> search_wildcard(const Name& name, const Name& closest_encloser) {
    constexpr std::uint8_t star = '*';
    const auto source = closest_encloser.with_label({&star, 1});
    const auto found = source ? zone_.nodes_.find(*source) : zone_.nodes_.end();
    if (found == zone_.nodes_.end()) return deny(ZoneAnswer::Kind::nx_domain);
    return answer_from(found->second, name);
  }

  std::optional<Name> answer_from(const Node& node, const Name& owner) {
    const auto set = type_ == Type::ANY ? node.begin() : node.find(type_);
    if (set != node.end()) {
      answer_.kind = ZoneAnswer::Kind::answer;
      add(set->second, owner);
      return {};
    }
    const auto alias = node.find(Type::CNAME);
    if (alias == node.end()) return deny(ZoneAnswer::Kind::no_data);
    add(alias->second, owner);
    return target_of(alias->second.front());
  }

  void add(const RecordSet& set, const Name& owner) {
    for (const Record& record : set)
      answer_.answer.push_back({owner, record.type, record.klass, record.ttl, record.rdata});
  }

  /// Synthesises the CNAME that a DNAME stands for (RFC 6672 §3.1).
  std::optional<Name> redirect(const Name& name, const Record& dname) {
    if (std::ranges::find(answer_.answer, dname) == answer_.answer.end()) answer_.answer.push_back(dname);
    const auto target = name.with_suffix_replaced(dname.owner, *target_of(dname));
    if (!target) return deny(ZoneAnswer::Kind::nx_domain);
    const auto wire = target->wire();
    answer_.answer.push_back({name, Type::CNAME, Class::IN, dname.ttl, {wire.begin(), wire.end()}});
    if (!asks_for_alias()) return target;
    answer_.kind = ZoneAnswer::Kind::answer;
    return {};
  }

  bool asks_for_alias() const { return type_ == Type::CNAME || type_ == Type::ANY; }

  std::optional<Name> delegate(const RecordSet& servers) {
    answer_.kind = ZoneAnswer::Kind::delegation;
    answer_.authority = servers;
    for (const Record& server : servers)
      for (const Type type : {Type::A, Type::AAAA})
        if (const auto* glue = zone_.find(*target_of(server), type))
          answer_.additional.insert(answer_.additional.end(), glue->begin(), glue->end());
    return {};
  }

  std::optional<Name> deny(ZoneAnswer::Kind kind) {
    answer_.kind = kind;
    answer_.authority.push_back(zone_.soa());
    answer_.authority.back().ttl = *negative_ttl(zone_.soa());
    return {};
  }

  bool was_visited(const Name& name) const {
    return std::ranges::any_of(answer_.answer, [&](const Record& record) {
      return record.type == Type::CNAME && record.owner == name;
    });
  }

  const Zone& zone_;
  Type type_;
  ZoneAnswer answer_;
};

ZoneAnswer Zone::lookup(const Name& name, Type type) const {
  return Lookup(*this, type).run(name);
}

}  // namespace tributary::dns
