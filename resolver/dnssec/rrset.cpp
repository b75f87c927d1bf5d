#include "resolver/dnssec/rrset.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "dns/octets.hpp"
#include "dns/rdata_layout.hpp"

namespace tributary::dnssec {

namespace {

/// Reads the records of one section one after the other.
class Reader {
 public:
  explicit Reader(const dns::MessageView& message) : message_(message) {}

  bool take(const dns::RecordView& record) {
    std::vector<std::uint8_t> rdata;
    rdata.reserve(record.rdata_length);
    if (!dns::append_uncompressed_rdata(message_.bytes(), record.rdata_offset, record.rdata_length,
                                        record.type, rdata))
      return false;
    if (record.type == dns::Type::RRSIG)
      signatures_.push_back({message_.owner(record), record.valid_ttl(), std::move(rdata)});
    else
      add(record, std::move(rdata));
    return true;
  }

  std::vector<Rrset> finish() {
    for (auto& signature : signatures_) attach(std::move(signature));
    return std::move(sets_);
  }

 private:
  struct Signature {
    dns::Name owner;
    std::uint32_t ttl;
    std::vector<std::uint8_t> rdata;
  };
  using Key = std::pair<dns::Name, dns::Type>;

  /// A tree and not a hash table: no reply can make it slow.
  struct Less {
    bool operator()(const Key& a, const Key& b) const {
      if (a.second != b.second) return a.second < b.second;
      return std::ranges::lexicographical_compare(a.first.wire(), b.first.wire(), {}, dns::lower_case,
                                                  dns::lower_case);
    }
  };

  void add(const dns::RecordView& record, std::vector<std::uint8_t> rdata) {
    const auto owner = message_.owner(record);
    const auto [place, is_new] = places_.try_emplace({owner, record.type}, sets_.size());
    if (is_new) sets_.push_back({owner, record.type, record.valid_ttl(), {}, {}});
    Rrset& set = sets_[place->second];
    set.ttl = std::min(set.ttl, record.valid_ttl());
    set.rdata.push_back(std::move(rdata));
  }

  void attach(Signature signature) {
    const dns::Type covered{dns::read_u16(signature.rdata, 0)};
    const auto place = places_.find({signature.owner, covered});
    if (place == places_.end()) return;
    Rrset& set = sets_[place->second];
    set.ttl = std::min(set.ttl, signature.ttl);
    set.signatures.push_back(std::move(signature.rdata));
  }

  const dns::MessageView& message_;
  std::map<Key, std::size_t, Less> places_;  // in sets_
  std::vector<Rrset> sets_;
  std::vector<Signature> signatures_;
};

}  // namespace

std::optional<std::vector<Rrset>> read_rrsets(const dns::MessageView& message, dns::Section section) {
  Reader reader(message);
  bool well_formed = true;
  message.for_each_record([&](const dns::RecordView& record) {
    if (record.section == section && record.klass == dns::Class::IN)
      well_formed = well_formed && reader.take(record);
  });
  if (!well_formed) return {};
  return reader.finish();
}

}  // namespace tributary::dnssec
