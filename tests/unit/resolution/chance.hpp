#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "resolver/strategy/judge.hpp"
#include "tests/unit/dns/reply_message.hpp"

namespace tributary::resolver::testing {

/// Random queries, and replies to them, from a seed.
class Chance {
 public:
  using Octets = std::vector<std::uint8_t>;

  explicit Chance(unsigned seed) : generator_(seed) {}

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(generator_() % bound); }
  bool coin() { return below(2) == 0; }

  std::string letters(std::size_t count, bool any_case) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      const char letter = static_cast<char>('a' + below(26));
      out += any_case && coin() ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    return out;
  }

  Octets octets(std::size_t count) {
    Octets out(count);
    for (auto& octet : out) octet = static_cast<std::uint8_t>(below(256));
    return out;
  }

  /// Of few labels, so that names share endings.
  dns::Name name() {
    static constexpr const char* labels[] = {"a.", "b.", "ns.", "mail.", "long-label-of-a-name."};
    std::string text;
    for (auto count = below(4); count > 0; --count) text += labels[below(5)];
    return dns::testing::name(text + "Example.");
  }

  Octets query(const dns::Question& question) {
    dns::Header header;
    header.id = static_cast<std::uint16_t>(below(65536));
    header.recursion_desired = coin();
    header.checking_disabled = coin();
    dns::Edns edns;
    edns.udp_payload = static_cast<std::uint16_t>(below(5000));
    edns.dnssec_ok = coin();
    return dns::build_query(header, question, coin() ? &edns : nullptr);
  }

  /// The same question in random case.
  dns::Question respelled(const dns::Question& question) {
    auto text = question.name.to_text();
    for (auto& letter : text)
      if (letter >= 'a' && letter <= 'z' && coin()) letter = static_cast<char>(letter - 'a' + 'A');
    return {dns::testing::name(text), question.type, question.klass};
  }

  /// A question of a type that `reply` knows.
  dns::Question question() {
    static constexpr dns::Type types[] = {dns::Type::A,      dns::Type::MX,    dns::Type::TXT,
                                          dns::Type::DNSKEY, dns::Type::RRSIG, dns::Type::NSEC,
                                          dns::Type::NSEC3};
    return {name(), types[below(std::size(types))], dns::Class::IN};
  }

  /// What an upstream may say to `question`: aliases, then data or a denial; signed or not.
  Reply reply(const dns::Question& question) {
    dns::Header header;
    header.response = true;
    const bool denied = coin(), is_signed = below(4) > 0;
    if (denied && coin()) header.rcode = dns::Rcode::NXDOMAIN;
    dns::MessageBuilder builder(header);
    builder.question(question);
    auto owner = question.name;
    for (auto aliases = below(3); aliases > 0; --aliases) {
      const auto target = name();
      put(builder, dns::Section::answer, owner, dns::Type::CNAME, wire(target), is_signed);
      owner = target;
    }
    if (!denied) {
      for (auto count = 1 + below(4); count > 0; --count)
        put(builder, dns::Section::answer, owner, question.type, rdata(question.type), is_signed);
    } else if (below(4) > 0) {
      put(builder, dns::Section::authority, dns::testing::name("example."), dns::Type::SOA,
          rdata(dns::Type::SOA), is_signed);
    }
    for (auto proofs = is_signed ? below(4) : 0; proofs > 0; --proofs) {
      const auto type = coin() ? dns::Type::NSEC : dns::Type::NSEC3;
      put(builder, dns::Section::authority, name(), type, rdata(type), true);
    }
    Reply out;
    out.message = builder.take();
    return out;
  }

 private:
  static Octets wire(const dns::Name& name) { return {name.wire().begin(), name.wire().end()}; }
  static Octets joined(std::initializer_list<Octets> parts) {
    Octets out;
    for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
  }

  Octets rdata(dns::Type type) {
    switch (type) {
      case dns::Type::A:
        return octets(4);
      case dns::Type::CNAME:
        return wire(name());
      case dns::Type::MX:
        return joined({octets(2), wire(name())});
      case dns::Type::SOA:  // MINIMUM is large enough for the answer to be kept
        return joined({wire(name()), wire(name()), octets(16), {0, 0, 1, 0}});
      case dns::Type::NSEC:
        return joined({wire(name()), octets(1 + below(20))});
      case dns::Type::RRSIG:
        return signature(dns::Type::A);
      default:
        return octets(below(coin() ? 20 : 400));
    }
  }

  Octets signature(dns::Type covered) {
    const auto type = static_cast<std::uint16_t>(covered);
    return joined({{static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type)},
                   octets(16),
                   wire(name()),
                   octets(below(coin() ? 64 : 256))});
  }

  void put(dns::MessageBuilder& builder, dns::Section section, const dns::Name& owner, dns::Type type,
           const Octets& data, bool is_signed) {
    const auto ttl = 100 + below(10'000);
    EXPECT_TRUE(builder.record(section, {owner, type, dns::Class::IN, ttl, data}));
    if (!is_signed || type == dns::Type::RRSIG || below(8) == 0) return;
    EXPECT_TRUE(builder.record(section, {owner, dns::Type::RRSIG, dns::Class::IN, ttl, signature(type)}));
  }

  std::mt19937 generator_;
};

}  // namespace tributary::resolver::testing
