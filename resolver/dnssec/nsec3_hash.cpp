// The hash of a name (RFC 5155 §5): SHA-1 of the name in lower case and the salt; then, as often as the zone
// asks for, SHA-1 of the last hash and the salt.

#include "resolver/dnssec/nsec3_hash.hpp"

#include <new>
#include <string_view>
#include <utility>

#include "dns/octets.hpp"

namespace tributary::dnssec {

namespace {

/// The five bits that a digit stands for.
std::optional<unsigned> base32hex_value(std::uint8_t digit) {
  const std::uint8_t small = dns::lower_case(digit);
  if (small >= '0' && small <= '9') return small - '0';
  if (small >= 'a' && small <= 'v') return small - 'a' + 10;
  return {};
}

/// SHA-1 of `octets` and `salt`. A context that has been used before need not look the algorithm up again.
Nsec3Hash salted_sha1(EVP_MD_CTX* context, Octets octets, Octets salt) {
  Nsec3Hash hash;
  const EVP_MD* algorithm = EVP_MD_CTX_get0_md(context) ? nullptr : EVP_sha1();
  const bool good = EVP_DigestInit_ex(context, algorithm, nullptr) &&
                    EVP_DigestUpdate(context, octets.data(), octets.size()) &&
                    EVP_DigestUpdate(context, salt.data(), salt.size()) &&
                    EVP_DigestFinal_ex(context, hash.data(), nullptr);
  if (!good) throw std::bad_alloc();  // all that can be amiss
  return hash;
}

}  // namespace

std::optional<Nsec3Hash> nsec3_owner_hash(const dns::Name& owner, const dns::Name& zone) {
  Nsec3Hash hash{};
  const auto label = owner.first_label();
  if (label.size() * 5 != hash.size() * 8 || owner.parent() != zone) return {};
  for (std::size_t i = 0, bit = 0; i < label.size(); ++i, bit += 5) {
    const auto value = base32hex_value(label[i]);
    if (!value) return {};
    // The five bits, put where they belong in the 16 from the octet on in which they begin.
    const unsigned placed = *value << (11 - bit % 8);
    hash[bit / 8] |= static_cast<std::uint8_t>(placed >> 8);
    if ((placed & 0xFF) != 0) hash[bit / 8 + 1] |= static_cast<std::uint8_t>(placed);
  }
  return hash;
}

std::optional<dns::Name> nsec3_owner(const Nsec3Hash& hash, const dns::Name& zone) {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
  std::array<std::uint8_t, std::tuple_size_v<Nsec3Hash> * 8 / 5> label{};
  for (std::size_t i = 0, bit = 0; i < label.size(); ++i, bit += 5) {
    const unsigned next = bit / 8 + 1 < hash.size() ? hash[bit / 8 + 1] : 0;
    const unsigned both = static_cast<unsigned>(hash[bit / 8] << 8) | next;
    label[i] = static_cast<std::uint8_t>(digits[both >> (11 - bit % 8) & 0x1F]);
  }
  return zone.with_label(label);
}

Nsec3Hashes::Nsec3Hashes(Nsec3Parameters parameters, ValidationBudget& budget)
    : parameters_(std::move(parameters)), budget_(budget) {}

const Nsec3Hash* Nsec3Hashes::of(const dns::Name& name) {
  if (const auto known = known_.find(name); known != known_.end()) return &known->second;
  if (!budget_.take_hash()) {
    exhausted_ = true;
    return nullptr;
  }
  return &known_.emplace(name, compute(name)).first->second;
}

Nsec3Hash Nsec3Hashes::compute(const dns::Name& name) {
  if (!sha1_) sha1_.reset(EVP_MD_CTX_new());
  if (!sha1_) throw std::bad_alloc();
  Nsec3Hash hash = salted_sha1(sha1_.get(), name.lower_cased().wire(), parameters_.salt);
  for (unsigned i = 0; i < parameters_.iterations; ++i)
    hash = salted_sha1(sha1_.get(), hash, parameters_.salt);
  return hash;
}

}  // namespace tributary::dnssec
