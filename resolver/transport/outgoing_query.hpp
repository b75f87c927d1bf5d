#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "dns/message_view.hpp"
#include "resolver/transport/cookie.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// How long a server that did not understand EDNS is asked without it: a brief time (RFC 6891 §6.2.2).
inline constexpr std::chrono::minutes edns_refusal_kept{15};

/// How a question is put to a server.
struct Manner {
  bool recursion_desired = true;
  bool random_case = true;  ///< Letters of the name in random case (draft-vixie-dnsext-dns0x20-00).
  bool edns = true;         ///< With an OPT record; without one, DO and cookies cannot be sent.
  Cookie cookie;
};

/// How a message that came back relates to the query.
enum class Match {
  reply,       ///< ID and question are the query's, and the message is well formed.
  bare_error,  ///< A header with the query's ID and FORMERR, NOTIMP, REFUSED or SERVFAIL, without question.
  wrong_case,  ///< As `reply`, but the random case was not kept.
  wrong_id,    ///< Another ID, no response, or not of opcode QUERY.
  wrong_question,  ///< Another question.
  malformed,       ///< MessageView::parse refuses it.
};

/// A message that came back and may serve: `match` is reply, bare_error or wrong_case.
struct Received {
  Match match = Match::reply;
  std::vector<std::uint8_t> message;
  Duration rtt{};  ///< From sending to receiving.
};

/// An RCODE that says of itself that there is no answer: FORMERR, NOTIMP, REFUSED, SERVFAIL.
bool is_refusal(dns::Rcode rcode);

/// One query as it goes out over UDP or TCP, and the measure of what comes back: a value without allocations,
/// no I/O.
///
/// An attacker who is not on the path has to guess the ID, the case of the letters, and (over UDP) the port
/// and the cookie (RFC 5452 §9).
class OutgoingQuery {
 public:
  OutgoingQuery(const Query& query, const Manner& manner, Random& random);

  std::span<const std::uint8_t> wire() const { return std::span(wire_).first(size_); }
  std::uint16_t id() const;
  /// Replaces the ID, for connections on which it has to be unique.
  void renumber(std::uint16_t id);

  Match match(std::span<const std::uint8_t> message) const;
  /// The same; `parsed` becomes what MessageView makes of `message`, as far as it was looked at.
  Match match(std::span<const std::uint8_t> message, std::optional<dns::MessageView>& parsed) const;

  /// True if `received` says that the server does not understand EDNS: FORMERR or NOTIMP without an OPT
  /// record, or a bare error (RFC 6891 §6.2.2, §7). Never when the query had no OPT record itself.
  bool edns_declined_by(const Received& received) const;
  /// The same of what has been parsed already; `message` is null if it cannot be.
  bool edns_declined_by(Match match, const dns::MessageView* message) const;

  /// The reply as the caller is to see it: the question is there, in the case of the caller's.
  Reply to_reply(Received received, bool from_authority) const;

 private:
  /// Header, name, type and class, OPT, cookie.
  static constexpr std::size_t largest = dns::header_size + dns::Name::max_length + 4 + 11 + 4 + 40;

  Match match_question(const dns::MessageView& message) const;

  dns::Question question_;  // in the caller's case
  bool random_case_;
  bool edns_;
  std::size_t size_;
  std::array<std::uint8_t, largest> wire_;
};

}  // namespace tributary::resolver
