#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dns/edns.hpp"
#include "dns/message_view.hpp"
#include "dns/record.hpp"

namespace tributary::dns {

/// Writes one message in the order header, question, records by section, OPT; with name compression.
///
/// Owner names are compressed always, names in RDATA for the types of RFC 1035 only (RFC 3597 §4). What would
/// exceed the size limit is not written, and the call says so; the message stays whole. A builder that is
/// `reset` keeps its memory for the next message.
class MessageBuilder {
 public:
  static constexpr std::size_t max_size = 65535;

  explicit MessageBuilder(const Header& header, std::size_t limit = max_size);
  /// Begins another message.
  void reset(const Header& header, std::size_t limit = max_size);

  /// Requires: no question and no record written yet.
  void question(const Question& question);
  /// Requires: sections are filled in order. Returns false, and writes nothing, when the limit would be
  /// exceeded.
  [[nodiscard]] bool record(Section section, const Record& record);
  /// The same for a record that stands in another message, with `ttl` (seconds). Requires: its RDATA is valid
  /// (`is_valid_rdata`).
  [[nodiscard]] bool record(Section section, const MessageView& message, const RecordView& record,
                            std::uint32_t ttl);
  /// Whether names written from now on may be pointed to by later ones (so at the beginning). Turned off for
  /// what may be cut out of the finished message, and for what stands behind that.
  void remember_names(bool remember) { remember_names_ = remember; }
  /// The OPT record; the upper bits of the header's RCODE go into it. Returns false as `record` does.
  [[nodiscard]] bool edns(const Edns& edns);

  std::size_t size() const { return out_.size(); }
  /// The message as it is now.
  std::span<const std::uint8_t> octets() const { return out_; }
  /// Offsets of the TTL fields of all records but OPT, ascending.
  const std::vector<std::uint16_t>& ttl_offsets() const { return ttl_offsets_; }

  /// The finished message; the builder is empty afterwards.
  std::vector<std::uint8_t> take();

 private:
  struct Mark {
    std::size_t size, ttl_offsets, suffixes;
  };
  /// What stands between owner and RDATA, but for the length (RFC 1035 §4.1.3).
  struct Fixed {
    Type type;
    Class klass;
    std::uint32_t ttl;
  };

  Mark mark() const;
  /// Takes back what was written since; returns false.
  bool undo(const Mark& mark);
  void put_name(const Name& name);
  /// Where the suffix `name` (wire format) with this hash was written before, as far as remembered.
  std::optional<std::uint16_t> find_earlier(std::uint32_t hash, std::span<const std::uint8_t> name) const;
  void remember(std::uint32_t hash);
  void remember_question();
  bool owner_is_question(const MessageView& message, const RecordView& record) const;
  /// What follows the owner; takes back what was written since `before` if there is no room. The RDATA stands
  /// at the end of `source`, from `offset` on.
  bool put_rest(const Mark& before, Section section, const Fixed& fixed, std::span<const std::uint8_t> source,
                std::size_t offset);
  void put_rdata(Type type, std::span<const std::uint8_t> source, std::size_t offset);
  void append(std::span<const std::uint8_t> octets);
  void count_up(std::size_t count_offset);

  std::vector<std::uint8_t> out_;
  std::size_t limit_ = max_size;
  Rcode rcode_ = Rcode::NOERROR;
  bool remember_names_ = true;
  bool points_to_question_ = false;  // names written from now on may
  std::vector<std::uint16_t> ttl_offsets_;
  // Suffixes of names that later ones may point to: their hashes, and where they begin, each below 0x4000.
  std::vector<std::uint32_t> suffix_hashes_;
  std::vector<std::uint16_t> suffix_offsets_;
};

/// The octets that `write_query` writes.
std::size_t query_size(const Question& question, const Edns* edns);
/// Writes a query to the start of `out`: header, question, and OPT if given; returns its size. Allocates
/// nothing. Requires: query_size() octets in `out`, which are at most 286 and the options.
std::size_t write_query(std::span<std::uint8_t> out, const Header& header, const Question& question,
                        const Edns* edns);
/// The same into memory of its own.
std::vector<std::uint8_t> build_query(const Header& header, const Question& question, const Edns* edns);

}  // namespace tributary::dns
