// A lie is about one set ("www.example. A") wherever it stands in a reply, or about the replies to one
// question. "*" stands for any name or type.

#include "tests/scenario/lies.hpp"

#include <algorithm>
#include <map>

namespace tributary::scenario {

using dns::Question;
using dns::Type;

namespace {

/// A name and a type, or any.
struct Pattern {
  std::optional<dns::Name> owner;
  std::optional<Type> type;

  static Pattern read(const Line& line, std::size_t at) {
    Pattern pattern;
    const auto word = [&](std::size_t i) { return i < line.words.size() ? line.words[i] : "*"; };
    if (word(at) != "*") pattern.owner = name_in(word(at));
    if (word(at + 1) != "*") pattern.type = type_in(word(at + 1));
    return pattern;
  }
  bool matches(const dns::Name& name, Type its_type) const {
    return (!owner || *owner == name) && (!type || *type == its_type);
  }
  bool matches(const Question& question) const { return matches(question.name, question.type); }
};

template <typename Change>
void for_each_set(ReplyContent& reply, const Pattern& pattern, Change change) {
  for (auto* section : {&reply.answer, &reply.authority})
    for (auto& set : *section)
      if (pattern.matches(set.owner, set.type)) change(set);
}

std::vector<std::vector<std::uint8_t>> rdata_in(const Line& line, std::size_t at, Type type) {
  std::vector<std::vector<std::uint8_t>> out;
  for (const auto& text : parts_of(line.rest(at), ',')) {
    auto record = dns::parse_record(". 300 IN " + dns::to_text(type) + " " + text);
    if (!record) throw ScriptError(text + ": " + record.error());
    out.push_back(std::move(record->rdata));
  }
  return out;
}

// ---- Leaving out

/// "drop TYPE [OWNER]": the sets with their signatures; "drop RRSIG [OWNER [TYPE]]": the signatures alone.
Lie drop(const Line& line) {
  if (line.words.at(1) == "RRSIG")
    return [of = Pattern::read(line, 2)](const Question&, ReplyContent& reply) {
      for_each_set(reply, of, [](Rrset& set) { set.signatures.clear(); });
    };
  Pattern of = Pattern::read(line, 2);
  of.type = type_in(line.words.at(1));
  return [of](const Question&, ReplyContent& reply) {
    for (auto* section : {&reply.answer, &reply.authority})
      std::erase_if(*section, [&](const Rrset& set) { return of.matches(set.owner, set.type); });
  };
}

/// "only-algorithm N OWNER TYPE": of its signatures those alone.
Lie only_algorithm(const Line& line) {
  const auto number = number_in(line.words.at(1));
  return [number, of = Pattern::read(line, 2)](const Question&, ReplyContent& reply) {
    constexpr std::size_t algorithm_at = 2;
    for_each_set(reply, of, [&](Rrset& set) {
      std::erase_if(set.signatures, [&](const auto& rdata) { return rdata[algorithm_at] != number; });
    });
  };
}

// ---- Saying something else

/// "forge OWNER TYPE RDATA, ...": under the signatures of the true set.
Lie forge(const Line& line) {
  const auto of = Pattern::read(line, 1);
  return [of, rdata = rdata_in(line, 3, of.type.value())](const Question&, ReplyContent& reply) {
    for_each_set(reply, of, [&](Rrset& set) { set.rdata = rdata; });
  };
}

/// "invent NAME TYPE RDATA, ...": unsigned.
Lie invent(const Line& line) {
  const auto of = Pattern::read(line, 1);
  return [of, rdata = rdata_in(line, 3, of.type.value())](const Question& question, ReplyContent& reply) {
    if (of.matches(question))
      reply = {.answer = {{question.name, question.type, 300, rdata, {}}}, .authority = {}, .error = {}};
  };
}

/// "rename OWNER TYPE NEW": the set, signatures and all, at another name.
Lie rename(const Line& line) {
  return [of = Pattern::read(line, 1), to = name_in(line.words.at(3))](const Question&, ReplyContent& reply) {
    for_each_set(reply, of, [&](Rrset& set) { set.owner = to; });
  };
}

Lie change_ttl(const Line& line) {
  const auto ttl = static_cast<std::uint32_t>(number_in(line.words.at(3)));
  return [of = Pattern::read(line, 1), ttl](const Question&, ReplyContent& reply) {
    for_each_set(reply, of, [&](Rrset& set) { set.ttl = ttl; });
  };
}

dns::Rcode rcode_in(std::string_view word) {
  for (const auto rcode :
       {dns::Rcode::NOERROR, dns::Rcode::SERVFAIL, dns::Rcode::NXDOMAIN, dns::Rcode::REFUSED})
    if (dns::to_text(rcode) == word) return rcode;
  throw ScriptError(std::string(word) + " is no RCODE");
}

/// "rcode NAME TYPE RCODE": with the same records.
Lie change_rcode(const Line& line) {
  return [of = Pattern::read(line, 1), rcode = rcode_in(line.words.at(3))](const Question& question,
                                                                           ReplyContent& reply) {
    if (of.matches(question)) reply.rcode = rcode;
  };
}

/// "deny NAME TYPE RCODE [by OWNER...]": with the SOA, and for proof the records of these owners. At a cut
/// that is the one of the zone above.
Lie deny(const Line& line, const SignedWorld& world) {
  std::vector<dns::Name> owners;
  for (std::size_t i = 5; i < line.words.size(); ++i) owners.push_back(name_in(line.words[i]));
  return [of = Pattern::read(line, 1), rcode = rcode_in(line.words.at(3)), owners, &world](
             const Question& question, ReplyContent& reply) {
    if (!of.matches(question)) return;
    const auto& zone = world.zone_of(question.name, question.type);
    reply = {
        .rcode = rcode, .answer = {}, .authority = {zone.signed_set(zone.apex(), Type::SOA)}, .error = {}};
    for (const auto& owner : owners)
      for (auto& set : world.zone_of(owner, Type::DS).deny_type(owner))
        reply.authority.push_back(std::move(set));
  };
}

/// "fail NAME TYPE RCODE [EDE]": without records.
Lie fail(const Line& line) {
  std::optional<dns::ExtendedErrorOption> error;
  if (line.words.size() > 4) error.emplace(static_cast<dns::ExtendedError>(number_in(line.words[4])), "");
  return [of = Pattern::read(line, 1), rcode = rcode_in(line.words.at(3)), error](const Question& question,
                                                                                  ReplyContent& reply) {
    if (of.matches(question)) reply = {.rcode = rcode, .answer = {}, .authority = {}, .error = error};
  };
}

Lie lose(const Line& line, ReplyContent::Fate fate) {
  return [of = Pattern::read(line, 1), fate](const Question& question, ReplyContent& reply) {
    if (of.matches(question)) reply.fate = fate;
  };
}

/// "replay NAME TYPE from NAME TYPE": the whole reply to the other question; "proof …": its authority
/// section.
Lie replay(const Line& line, const SignedWorld& world, bool whole) {
  if (line.words.size() != 6) throw ScriptError("replay NAME TYPE from NAME TYPE");
  const Question other{name_in(line.words[4]), type_in(line.words[5]), dns::Class::IN};
  return [of = Pattern::read(line, 1), other, whole, &world](const Question& question, ReplyContent& reply) {
    if (!of.matches(question)) return;
    auto replayed = world.reply_to(other);
    if (whole)
      reply = std::move(replayed);
    else
      reply.authority = std::move(replayed.authority);
  };
}

/// "as-asked NAME TYPE": the answer's records under the name asked for, whatever theirs is.
Lie as_asked(const Line& line) {
  return [of = Pattern::read(line, 1)](const Question& question, ReplyContent& reply) {
    if (!of.matches(question)) return;
    for (auto& set : reply.answer) set.owner = question.name;
  };
}

// ---- Signing anew

/// What "resign" lies about.
struct FalseSigning {
  std::map<std::string, std::string, std::less<>> values;  ///< Of the words, by their keys.

  bool has(std::string_view key) const { return values.contains(key); }
  template <typename Number>
  std::optional<Number> number(std::string_view key) const {
    const auto found = values.find(key);
    if (found == values.end()) return {};
    return static_cast<Number>(number_in(found->second));
  }
};

constexpr std::string_view signing_words[] = {"dates",        "signer", "signer-field", "labels",
                                              "original-ttl", "tag",    "algorithm",    "covers",
                                              "rogue",        "broken", "beside",       "times"};

FalseSigning false_signing(const Line& line, std::size_t at) {
  FalseSigning out;
  for (; at < line.words.size(); ++at) {
    const auto parts = parts_of(line.words[at], '=');
    if (std::ranges::find(signing_words, parts.front()) == std::end(signing_words))
      throw ScriptError("resign knows no " + parts.front());
    out.values[parts.front()] = parts.size() > 1 ? parts[1] : "";
  }
  return out;
}

const SignedZone& signer_of(const Rrset& set, const SignedWorld& world, const FalseSigning& how) {
  if (!how.has("signer")) return world.zone_of(set.owner, set.type);
  const auto* zone = world.zone(name_in(how.values.at("signer")));
  if (!zone) throw ScriptError("no zone " + how.values.at("signer"));
  return *zone;
}

void resign(Rrset& set, const SignedWorld& world, const FalseSigning& how, std::int64_t epoch) {
  const auto& zone = signer_of(set, world, how);
  const auto dates = how.has("dates") ? dates_in(how.values.at("dates"), epoch) : zone.signing().dates;
  test::SignatureFields fields{.signer = zone.apex(),
                               .inception = static_cast<std::uint32_t>(dates.inception),
                               .expiration = static_cast<std::uint32_t>(dates.expiration)};
  if (how.has("signer-field")) fields.signer = name_in(how.values.at("signer-field"));
  if (how.has("covers")) fields.covered = type_in(how.values.at("covers"));
  fields.labels = how.number<std::uint8_t>("labels");
  fields.original_ttl = how.number<std::uint32_t>("original-ttl");
  fields.key_tag = how.number<std::uint16_t>("tag");
  fields.algorithm = how.number<dnssec::Algorithm>("algorithm");
  const auto& keys = set.type == Type::DNSKEY ? zone.key_keys() : zone.record_keys();
  const auto key = how.has("rogue") ? test::TestKey(keys.front().algorithm(), 99992) : keys.front();
  auto rdata = test::rrsig(set, key, fields);
  if (how.has("broken")) rdata.back() ^= 0xFF;
  if (!how.has("beside")) set.signatures.clear();
  set.signatures.insert(set.signatures.begin(), how.number<std::size_t>("times").value_or(1), rdata);
}

/// "resign OWNER TYPE HOW...".
Lie resign(const Line& line, const SignedWorld& world, std::int64_t epoch) {
  return [of = Pattern::read(line, 1), how = false_signing(line, 3), &world, epoch](const Question&,
                                                                                    ReplyContent& reply) {
    for_each_set(reply, of, [&](Rrset& set) { resign(set, world, how, epoch); });
  };
}

}  // namespace

Dates dates_in(std::string_view word, std::int64_t epoch) {
  const auto dots = word.find("..");
  if (dots == std::string_view::npos) throw ScriptError("dates are like -1d..+14d");
  return {epoch + time_in(word.substr(0, dots)).count(), epoch + time_in(word.substr(dots + 2)).count()};
}

Lie make_lie(const Line& line, const SignedWorld& world, std::int64_t epoch) {
  const auto& verb = line.words.front();
  if (verb == "drop") return drop(line);
  if (verb == "only-algorithm") return only_algorithm(line);
  if (verb == "forge") return forge(line);
  if (verb == "invent") return invent(line);
  if (verb == "rename") return rename(line);
  if (verb == "ttl") return change_ttl(line);
  if (verb == "rcode") return change_rcode(line);
  if (verb == "deny") return deny(line, world);
  if (verb == "fail") return fail(line);
  if (verb == "silent") return lose(line, ReplyContent::Fate::lost);
  if (verb == "unreachable") return lose(line, ReplyContent::Fate::refused);
  if (verb == "replay") return replay(line, world, true);
  if (verb == "proof") return replay(line, world, false);
  if (verb == "as-asked") return as_asked(line);
  if (verb == "resign") return resign(line, world, epoch);
  if (verb == "authentic") return [](const Question&, ReplyContent& reply) { reply.authentic = true; };
  throw ScriptError("no such lie: " + verb);
}

}  // namespace tributary::scenario
