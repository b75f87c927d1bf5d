#pragma once

#include <stdexcept>

#include "dns/message_builder.hpp"
#include "tests/unit/dns/octets_of.hpp"

namespace tributary::dns::testing {

/// Records in presentation format.
using Lines = std::vector<std::string_view>;

inline Question question(std::string_view owner, Type type = Type::A) {
  return {name(owner), type, Class::IN};
}

/// A reply to `asked` as an upstream would send it.
inline Octets reply_message(const Question& asked, Rcode rcode, const Lines& answer,
                            const Lines& authority = {}) {
  Header header;
  header.response = true;
  header.recursion_available = true;
  header.rcode = rcode;
  MessageBuilder builder(header);
  builder.question(asked);
  bool fits = true;
  for (const auto line : answer) fits = fits && builder.record(Section::answer, record(line));
  for (const auto line : authority) fits = fits && builder.record(Section::authority, record(line));
  if (!fits) throw std::length_error("more records than a message can hold");
  return builder.take();
}

}  // namespace tributary::dns::testing
