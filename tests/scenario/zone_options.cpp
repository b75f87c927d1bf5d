#include "tests/scenario/zone_options.hpp"

#include "tests/scenario/lies.hpp"

namespace tributary::scenario {
namespace {

std::vector<dnssec::Algorithm> algorithms_in(std::string_view text) {
  std::vector<dnssec::Algorithm> out;
  for (const auto& part : parts_of(text, ',')) out.push_back(static_cast<dnssec::Algorithm>(number_in(part)));
  return out;
}

void read_ds(std::string_view text, DsContent& ds) {
  ds.digests.clear();
  for (const auto& part : parts_of(text, ',')) {
    if (part == "none")
      ds.none = true;
    else if (part == "sha1")
      ds.digests.push_back(dnssec::DigestType::SHA1);
    else if (part == "sha256")
      ds.digests.push_back(dnssec::DigestType::SHA256);
    else if (part == "sha384")
      ds.digests.push_back(dnssec::DigestType::SHA384);
    else if (part == "other-key")
      ds.of_other_key = true;
    else if (part == "unknown-digest")
      ds.unknown_digest = true;
    else if (part == "unknown-algorithm")
      ds.unknown_algorithm = true;
    else if (part == "beside-unknown")
      ds.beside_unknown = true;
    else if (part == "wrong-sha256")
      ds.wrong_sha256 = true;
    else
      throw ScriptError("no such DS: " + part);
  }
  if (ds.digests.empty()) ds.digests = {dnssec::DigestType::SHA256};
}

std::vector<std::uint8_t> salt_in(std::string_view hex) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

bool read_flag(const std::string& word, Signing& signing) {
  if (word == "unsigned")
    signing.is_signed = false;
  else if (word == "split")
    signing.split = true;
  else if (word == "nsec3")
    signing.denial = Signing::Denial::nsec3;
  else if (word == "compact")
    signing.denial = Signing::Denial::compact;
  else if (word == "opt-out")
    signing.opt_out = true;
  else
    return false;
  return true;
}

bool read_value(std::string_view key, const std::string& value, ZoneOptions& options, std::int64_t epoch) {
  auto& signing = options.signing;
  if (key == "alg")
    signing.algorithms = algorithms_in(value);
  else if (key == "only")
    signing.only = algorithms_in(value);
  else if (key == "key-flags")
    signing.key_flags = static_cast<std::uint16_t>(number_in(value));
  else if (key == "colliding")
    signing.colliding_keys = static_cast<std::size_t>(number_in(value));
  else if (key == "dates")
    signing.dates = dates_in(value, epoch);
  else if (key == "salt")
    signing.salt = salt_in(value);
  else if (key == "nsec3-algorithm")
    signing.nsec3_algorithm = static_cast<std::uint8_t>(number_in(value));
  else if (key == "nsec3-flags")
    signing.nsec3_flags = static_cast<std::uint8_t>(number_in(value));
  else if (key == "nsec3")
    signing.iterations = static_cast<std::uint16_t>(number_in(value));
  else if (key == "ds")
    read_ds(value, options.ds);
  else
    return false;
  if (key == "nsec3") signing.denial = Signing::Denial::nsec3;
  return true;
}

void read_option(const std::string& word, ZoneOptions& options, std::int64_t epoch) {
  const auto equals = word.find('=');
  const bool known = equals == std::string::npos ? read_flag(word, options.signing)
                                                 : read_value(std::string_view(word).substr(0, equals),
                                                              word.substr(equals + 1), options, epoch);
  if (!known) throw ScriptError("a zone has no " + word);
}

}  // namespace

ZoneOptions zone_options(const Line& line, std::int64_t epoch) {
  ZoneOptions options;
  options.signing.dates = dates_in("-1d..+14d", epoch);
  for (std::size_t i = 2; i < line.words.size(); ++i) read_option(line.words[i], options, epoch);
  return options;
}

}  // namespace tributary::scenario
