// A message of anybody: what is accepted must be readable in every part.
#include <cstdlib>

#include "dns/message_view.hpp"
#include "dns/rdata_layout.hpp"

namespace {

using namespace tributary;

void require(bool ok) {
  if (!ok) std::abort();
}

std::size_t check(const std::vector<dns::Record>& records) {
  for (const auto& record : records) {
    require(record.ttl <= 0x7FFFFFFF);
    require(dns::is_valid_rdata(record.type, record.rdata));
  }
  return records.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = dns::MessageView::parse({data, size});
  if (!message) return 0;
  const auto question = message->question();
  require(question.name.wire().size() + 4 == message->question_wire().size());
  if (const auto& edns = message->edns()) dns::extended_error(edns->options);

  const auto sections = dns::read_records(*message);
  if (!sections) return 0;
  require(check(sections->answer) == message->record_count(dns::Section::answer));
  require(check(sections->authority) == message->record_count(dns::Section::authority));
  require(check(sections->additional) == message->record_count(dns::Section::additional));
  return 0;
}
