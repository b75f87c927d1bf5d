// A signed reply of anybody: its sets are checked with the keys that it brings along, on trust, and with
// those that its own DS records vouch for.
#include <cstdlib>

#include "resolver/dnssec/canonical.hpp"
#include "resolver/dnssec/signature_check.hpp"

namespace {

using namespace tributary;
using namespace tributary::dnssec;

constexpr SignatureTime time_of_the_seeds{.now = 1'800'000'000};
constexpr Algorithms algorithms{.sha1 = true};

void require(bool ok) {
  if (!ok) std::abort();
}

std::vector<Rrset> sets_of(const dns::MessageView& message) {
  std::vector<Rrset> all;
  for (const auto section : {dns::Section::answer, dns::Section::authority, dns::Section::additional})
    for (auto& set : read_rrsets(message, section).value_or(std::vector<Rrset>{}))
      all.push_back(std::move(set));
  return all;
}

ZoneKeys trusted(const Rrset& dnskeys) {
  constexpr std::size_t enough = 4;
  ZoneKeys keys{dnskeys.owner, {}};
  for (const auto& rdata : dnskeys.rdata) {
    const auto key = Dnskey::read(rdata);
    auto ready = key ? PublicKey::read(*key) : std::nullopt;
    if (ready && keys.keys.size() < enough) keys.keys.push_back(*std::move(ready));
  }
  return keys;
}

void check(const Rrset& set, const ZoneKeys& keys) {
  ValidationBudget budget;
  const auto proof = check_signatures(set, keys, time_of_the_seeds, budget);
  if (!proof) return require(!proof.error().text.empty());
  require(!budget.exhausted() && proof->labels <= signed_label_count(set.owner));
  require(set.owner.is_within(keys.zone));
}

void check_all(const std::vector<Rrset>& sets, const Rrset& dnskeys, const std::vector<Ds>& ds) {
  const auto keys = trusted(dnskeys);
  for (const Rrset& set : sets) check(set, keys);
  ValidationBudget budget;
  if (any_supported(ds, algorithms)) authenticate_keys(dnskeys, ds, algorithms, time_of_the_seeds, budget);
}

void read_everything(Octets rdata) {
  Dnskey::read(rdata);
  Ds::read(rdata);
  if (const auto signature = Rrsig::read(rdata))
    require(signature->signed_part.size() + signature->signature.size() == rdata.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_everything({data, size});
  const auto message = dns::MessageView::parse({data, size});
  if (!message) return 0;
  const auto sets = sets_of(*message);
  std::vector<Ds> ds;
  for (const Rrset& set : sets)
    for (const auto& rdata : set.rdata)
      if (const auto one = Ds::read(rdata); set.type == dns::Type::DS && one) ds.push_back(*one);
  for (const Rrset& set : sets)
    if (set.type == dns::Type::DNSKEY) check_all(sets, set, ds);
  return 0;
}
