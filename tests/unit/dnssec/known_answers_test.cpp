// Keys and signatures that others made: the examples of RFCs, and a zone signed by BIND's dnssec-signzone.
#include <map>

#include <gtest/gtest.h>

#include "dns/master_file.hpp"
#include "resolver/dnssec/signature_check.hpp"
#include "tests/unit/dnssec/samples.hpp"

namespace tributary::dnssec {
namespace {

using test::rrset;

struct Example {
  const char* source;
  const char *dnskey, *ds, *record, *signature;
};

void PrintTo(const Example& example, std::ostream* out) {
  *out << example.source;
}

class KnownAnswer : public ::testing::TestWithParam<Example> {};

TEST_P(KnownAnswer, KeyTagDigestAndSignatureAgree) {
  const Rrset dnskey = rrset({GetParam().dnskey});
  const Dnskey key = Dnskey::read(dnskey.rdata[0]).value();
  if (GetParam().ds != nullptr) {
    const Rrset ds_record = rrset({GetParam().ds});
    const Ds ds = Ds::read(ds_record.rdata[0]).value();
    EXPECT_EQ(ds.key_tag, key.tag);
    EXPECT_EQ(ds.algorithm, key.algorithm);
    EXPECT_TRUE(matches(ds, dnskey.owner, dnskey.rdata[0]));
  }
  if (GetParam().record == nullptr) return;

  Rrset set = rrset({GetParam().record});
  set.signatures = rrset({GetParam().signature}).rdata;
  const Rrsig signature = Rrsig::read(set.signatures[0]).value();
  EXPECT_EQ(signature.key_tag, key.tag);
  ValidationBudget budget;
  const auto proof = check_signatures(set, keys_of(dnskey), {.now = signature.inception}, budget);
  ASSERT_TRUE(proof) << proof.error().text;
  EXPECT_EQ(proof->key_tag, key.tag);
}

constexpr auto sha1_key_5 =
    "sha1.example. 300 IN DNSKEY 257 3 5 AwEAAetFLaFtKqQCnazm9bOfuRigZIOk0vXkRj5MU5YtlcSTl5y27rbeUL+SSTrThcUF"
    "TL8JrNZ+yYBAUfMDPUn/4H706s/XX3A7LSVWakQo+UevLoisghs0ZVb+eZzBGibJnorhfzwSHlipRyODwnBbHQwnzUtwe4Hlg7/ANLuG"
    "pfEL";
constexpr auto sha1_key_7 =
    "sha1.example. 300 IN DNSKEY 257 3 7 AwEAAc+xx1jjhnxWnl+DNFJ3wvA2t9fvwOhN/YYmPcsmdOsIyWlRTmxJwe8uiHc/OBIE"
    "ZG1g6P8RusuPMgitac3R8zpBSjCY+J6bqU9U8/PEgotHxkiqwbxlWtHXZPBIK1jLEI3G8iW2OIh1kJRDvkgicfzcpz8hiR1dAIgOMSdy"
    "QKh5";
constexpr auto sha1_soa = "sha1.example. 300 IN SOA a. b. 1 2 3 4 5";
constexpr auto rfc4034_key =
    "dskey.example.com. 86400 IN DNSKEY 256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9"
    "BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2"
    "w/rljwvFw==";

const Example examples[] = {
    {"RFC 4034 5.4", rfc4034_key,
     "dskey.example.com. 86400 IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118", nullptr, nullptr},
    {"RFC 4509 2.3", rfc4034_key,
     "dskey.example.com. 86400 IN DS 60485 5 2 "
     "D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A",
     nullptr, nullptr},
    {"BIND, RSASHA1", sha1_key_5, nullptr, sha1_soa,
     "sha1.example. 300 IN RRSIG SOA 5 2 300 20360101000000 20260101000000 25237 sha1.example. "
     "Z4TjaJ7M6hInm0L"
     "NxYzYSn7QU+TKEZJo2Wj9vhirg+VIMufDv9BOsKyFJ1B2aNrHplBu0J1AsOx2kjuqjf5WDI2Aphl0Wxh0xjitqU52BVbPNq/"
     "YTFEZgWN"
     "SB6F3HjqhM0otDiSpMtvPahoCsHNVFlZ5ssWmJvtAIIznuTS0bEY="},
    {"BIND, RSASHA1-NSEC3-SHA1", sha1_key_7, nullptr, sha1_soa,
     "sha1.example. 300 IN RRSIG SOA 7 2 300 20360101000000 20260101000000 10683 sha1.example. "
     "EYOB39lsIwpC5F9"
     "ltQQW7x23Yy+CU4nQcGurjslmU/"
     "HF7ahSG9AgtQKDzcnIOwYLuuP+FgzyHRGusxmkB9tgGoCO3PnGAca5kPWS8X9FM5DiB8XryMvVyQr"
     "rJx9abPJMhKFx7+FLWYyOChj4inZwDD+xLudLtwKQY5H7bm52mI4="},
    {"RFC 5702 6.1",
     "example.net. 3600 IN DNSKEY 256 3 8 "
     "AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgt"
     "vd4Qs8PkxUdp6p/DlUmObdk=",
     nullptr, "www.example.net. 3600 IN A 192.0.2.91",
     "www.example.net. 3600 IN RRSIG A 8 3 3600 20300101000000 20000101000000 9033 example.net. "
     "kRCOH6u7l0QGy9q"
     "pC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg=="},
    {"RFC 5702 6.2",
     "example.net. 3600 IN DNSKEY 256 3 10 "
     "AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQu"
     "jX/AyhqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/"
     "D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBlZ3PFY12ZTSncorffc"
     "GmhOL",
     nullptr, "www.example.net. 3600 IN A 192.0.2.91",
     "www.example.net. 3600 IN RRSIG A 10 3 3600 20300101000000 20000101000000 3740 example.net. "
     "tsb4wnjRUDnB1B"
     "Ui+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzEWzr0iGYgZBWm/"
     "zpq+9fOuagYJRfDqfReKBzMwe"
     "OLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fthPgxdDLw="},
    {"RFC 6605 6.1",
     "example.net. 3600 IN DNSKEY 257 3 13 "
     "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+M"
     "AnLr+Wi9xMWyQLc8NAA==",
     "example.net. 3600 IN DS 55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17",
     "www.example.net. 3600 IN A 192.0.2.1",
     "www.example.net. 3600 IN RRSIG A 13 3 3600 20100909100439 20100812100439 55648 example.net. "
     "qx6wLYqmh+l9o"
     "CKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw=="},
    {"RFC 6605 6.2",
     "example.net. 3600 IN DNSKEY 257 3 14 "
     "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpg"
     "Q6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
     "example.net. 3600 IN DS 10771 14 4 "
     "72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9"
     "b5f4d288405c3008a946df983d6",
     "www.example.net. 3600 IN A 192.0.2.1",
     "www.example.net. 3600 IN RRSIG A 14 3 3600 20100909102025 20100812102025 10771 example.net. "
     "/L5hDKIvGDyI1"
     "fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSM"
     "R"
     "OxxwGipWcJm"},
    {"RFC 8080 6.1, first",
     "example.com. 3600 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "example.com. 3600 IN DS 3613 15 2 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b",
     "example.com. 3600 IN MX 10 mail.example.com.",
     "example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 3613 example.com. "
     "oL9krJun7xfBOIWcGHi7mag5/"
     "hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg=="},
    {"RFC 8080 6.1, second",
     "example.com. 3600 IN DNSKEY 257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
     "example.com. 3600 IN DS 35217 15 2 401781b934e392de492ec77ae2e15d70f6575a1c0bc59c5275c04ebe80c6614c",
     "example.com. 3600 IN MX 10 mail.example.com.",
     "example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 35217 example.com. "
     "zXQ0bkYgQTEFyfLyi9QoiY6D"
     "8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7KuI5k2pcBg=="},
    {"RFC 8080 6.2",
     "example.com. 3600 IN DNSKEY 257 3 16 "
     "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJK"
     "m1MDpJtIA",
     "example.com. 3600 IN DS 9713 16 2 6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7",
     "example.com. 3600 IN MX 10 mail.example.com.",
     "example.com. 3600 IN RRSIG MX 16 2 3600 1440021600 1438207200 9713 example.com. "
     "3cPAHkmlnxcDHMyg7vFC34l0b"
     "lBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGILn/NBtOXft0+Gj7FSvOKxE/07+4RQvE581N3Aj/"
     "JtIyaiYVdnY"
     "tyMWbSNyGEY2213WKsJlwEA"},
};

INSTANTIATE_TEST_SUITE_P(Examples, KnownAnswer, ::testing::ValuesIn(examples));

/// Upper case in owners and in RDATA of every type with names, sets out of order, a wildcard.
class ZoneSignedByBind : public ::testing::Test {
 protected:
  ZoneSignedByBind() {
    const auto records = dns::read_master_file(TRIBUTARY_SOURCE_DIR "/tests/unit/dnssec/signed_by_bind.zone",
                                               name("signed.example."));
    for (const auto& record : records.value()) {
      const bool is_signature = record.type == dns::Type::RRSIG;
      const auto type = is_signature ? dns::covered_type(record).value() : record.type;
      Rrset& set = sets_[{record.owner.lower_cased().to_text(), type}];
      set.owner = record.owner;
      set.type = type;
      (is_signature ? set.signatures : set.rdata).push_back(record.rdata);
    }
  }

  auto check(const Rrset& set) {
    ValidationBudget budget;
    const auto keys = keys_of(sets_.at({"signed.example.", dns::Type::DNSKEY}));
    return check_signatures(set, keys, {.now = 1'800'000'000}, budget);
  }

  std::map<std::pair<std::string, dns::Type>, Rrset> sets_;
};

TEST_F(ZoneSignedByBind, HasOnlyGoodSignatures) {
  unsigned checked = 0;
  for (const auto& [place, set] : sets_) {
    if (set.signatures.empty()) continue;  // a delegation's NS
    const auto proof = check(set);
    EXPECT_TRUE(proof) << place.first << ' ' << dns::to_text(place.second) << ": " << proof.error().text;
    ++checked;
  }
  EXPECT_EQ(checked, 56u);
}

TEST_F(ZoneSignedByBind, HasAWildcardThatStandsForManyNames) {
  Rrset set = sets_.at({"*.wild.signed.example.", dns::Type::TXT});
  set.owner = name("One.Two.WILD.signed.example.");
  const auto proof = check(set);
  ASSERT_TRUE(proof) << proof.error().text;
  EXPECT_EQ(proof->labels, 3);
  EXPECT_EQ(signed_owner(set.owner, proof->labels), name("*.wild.signed.example."));
}

TEST_F(ZoneSignedByBind, HasADsForItsKey) {
  const Rrset ds_record =
      rrset({"signed.example. 3600 IN DS 45844 13 2 "
             "8933C3BDFD126A73818E25183A425511C3B22D609B83DCBE4403D85636848CBC"});
  const std::vector ds{Ds::read(ds_record.rdata[0]).value()};
  ValidationBudget budget;
  const auto keys = authenticate_keys(sets_.at({"signed.example.", dns::Type::DNSKEY}), ds, Algorithms(),
                                      {.now = 1'800'000'000}, budget);
  ASSERT_TRUE(keys) << keys.error().text;
  EXPECT_EQ(keys->keys.keys.size(), 2u);
  EXPECT_EQ(keys->proof.key_tag, 45844);
}

}  // namespace
}  // namespace tributary::dnssec
