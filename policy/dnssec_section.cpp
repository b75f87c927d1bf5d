#include "policy/dnssec_section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dns/master_file.hpp"
#include "dns/octets.hpp"
#include "policy/quote.hpp"

namespace tributary::policy {
namespace {

using std::chrono::seconds;
using Verdict = tl::expected<void, std::string>;

/// The keys of the root (https://data.iana.org/root-anchors/root-anchors.xml): KSK-2017 and KSK-2024.
constexpr std::string_view root_anchors[] = {
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16"};

/// Octets in a digest of this type (RFC 4034 §5.1.3, RFC 4509 §2.1, RFC 6605 §2); 0 if it is unknown.
std::size_t digest_length(std::uint8_t digest_type) {
  switch (digest_type) {
    case 1:
      return 20;
    case 2:
      return 32;
    case 4:
      return 48;
    default:
      return 0;
  }
}

Verdict check_ds(const std::vector<std::uint8_t>& rdata) {
  constexpr std::size_t head = 4;
  if (rdata.size() <= head) return tl::unexpected<std::string>("has no digest");
  const auto expected = digest_length(rdata[3]);
  const auto length = rdata.size() - head;
  if (expected == 0 || expected == length) return {};
  return tl::unexpected(
      fmt::format("has a digest of {} octets; one of type {} has {}", length, rdata[3], expected));
}

Verdict check_dnskey(const std::vector<std::uint8_t>& rdata) {
  constexpr std::uint16_t zone_key = 0x0100, revoked = 0x0080;
  if (rdata.size() <= 4) return tl::unexpected<std::string>("has no key");
  const auto flags = dns::read_u16(rdata, 0);
  if ((flags & zone_key) == 0)
    return tl::unexpected(fmt::format("is no zone key; its flags are {}, and 257 would be right", flags));
  if ((flags & revoked) != 0) return tl::unexpected<std::string>("is a revoked key; remove it");
  if (rdata[2] != 3) return tl::unexpected(fmt::format("has the protocol {}; only 3 is allowed", rdata[2]));
  return {};
}

Verdict check_anchor(const dns::Record& record) {
  if (record.klass != dns::Class::IN) return tl::unexpected<std::string>("is not of class IN");
  if (record.type == dns::Type::DS) return check_ds(record.rdata);
  if (record.type == dns::Type::DNSKEY) return check_dnskey(record.rdata);
  return tl::unexpected("is a record of type " + dns::to_text(record.type) +
                        "; a trust anchor is a DS or a DNSKEY");
}

dns::Record without_ttl(dns::Record record) {
  record.ttl = 0;
  return record;
}

bool contains(const std::vector<dns::Record>& records, const dns::Record& record) {
  return std::ranges::find(records, record) != records.end();
}

void read_anchor_list(const Field& field, std::vector<dns::Record>& out) {
  for (const auto& item : field.items_or_none()) {
    const auto anchor = item.parsed(parse_trust_anchor);
    if (!anchor) continue;
    if (contains(out, *anchor)) item.complain(quote(dns::to_text(*anchor)) + " is in this list already");
    out.push_back(*anchor);
  }
}

void read_anchor_file(const Field& field, const std::filesystem::path& folder,
                      std::vector<dns::Record>& out) {
  const auto name = field.text();
  if (!name) return;
  const auto file = folder / *name;
  const auto records = dns::read_master_file(file, dns::Name());
  if (!records) {
    for (const auto& error : records.error()) field.complain(error.to_text());
    return;
  }
  if (records->empty())
    field.complain("\"" + file.string() +
                   "\" holds no trust anchor; write DS or DNSKEY records into it, each in one line");
  for (const auto& record : *records) {
    if (const auto verdict = check_anchor(record); !verdict)
      field.complain("\"" + file.string() + "\": " + quote(dns::to_text(record)) + " " + verdict.error());
    if (const auto anchor = without_ttl(record); !contains(out, anchor)) out.push_back(anchor);
  }
}

std::vector<dns::Record> default_anchors() {
  std::vector<dns::Record> out;
  for (const auto line : root_anchors) out.push_back(*parse_trust_anchor(line));
  return out;
}

std::vector<dns::Record> read_trust_anchors(const Section& section, const std::filesystem::path& folder,
                                            bool validates) {
  const auto* list = section.find("trust_anchors");
  const auto* file = section.find("trust_anchor_file");
  if (list == nullptr && file == nullptr) return default_anchors();
  std::vector<dns::Record> anchors;
  if (list) read_anchor_list(*list, anchors);
  if (file) read_anchor_file(*file, folder, anchors);
  if (list && !file && validates && list->is_empty())
    list->complain(
        "the list is empty, so nothing would be validated; leave it out for the root's keys, or say mode: "
        "off");
  return anchors;
}

/// A name with an anchor of its own cannot be left unvalidated; below or above one it can.
std::vector<dns::Name> read_negative_anchors(const Section& section,
                                             const std::vector<dns::Record>& anchors) {
  std::vector<dns::Name> names;
  const auto* field = section.find("negative_trust_anchors");
  if (field == nullptr) return names;
  for (const auto& item : field->items_or_none()) {
    const auto name = item.domain_name();
    if (!name) continue;
    if (std::ranges::find(anchors, *name, &dns::Record::owner) != anchors.end())
      item.complain(quote(name->to_text()) + " has a trust anchor too; remove one of them");
    if (std::ranges::find(names, *name) != names.end())
      item.complain(quote(name->to_text()) + " is in this list already");
    names.push_back(*name);
  }
  return names;
}

template <typename Value>
Value read_choice(const Section& section, std::string_view key, Value fallback,
                  std::initializer_list<std::pair<std::string_view, Value>> choices) {
  const auto* field = section.find(key);
  return field ? field->one_of<Value>(choices).value_or(fallback) : fallback;
}

}  // namespace

tl::expected<dns::Record, std::string> parse_trust_anchor(std::string_view line) {
  const auto record = dns::parse_record(line);
  if (!record)
    return tl::unexpected(quote(line) + " is no record: " + record.error() +
                          "; write it as in \"example. IN DS 12345 8 2 HEX\"");
  return check_anchor(*record)
      .map([&] { return without_ttl(*record); })
      .map_error([&](const std::string& error) { return quote(line) + " " + error; });
}

DnssecConfig read_dnssec(const Section& section, const std::filesystem::path& folder) {
  DnssecConfig out;
  out.mode = read_choice<DnssecMode>(
      section, "mode", out.mode,
      {{"validate", DnssecMode::validate}, {"permissive", DnssecMode::permissive}, {"off", DnssecMode::off}});
  out.trust_anchors = read_trust_anchors(section, folder, out.mode != DnssecMode::off);
  out.negative_trust_anchors = read_negative_anchors(section, out.trust_anchors);
  out.sha1 = read_choice<bool>(section, "sha1", out.sha1, {{"off", false}, {"on", true}});
  out.clock = read_choice<ClockTrust>(
      section, "clock", out.clock,
      {{"guarded", ClockTrust::guarded}, {"trusted", ClockTrust::trusted}, {"ignored", ClockTrust::ignored}});
  out.max_nsec3_iterations =
      static_cast<std::uint16_t>(section.number(limits_of("dnssec.max_nsec3_iterations")));
  out.max_bogus_ttl = seconds(section.number(limits_of("dnssec.max_bogus_ttl")));
  return out;
}

}  // namespace tributary::policy
