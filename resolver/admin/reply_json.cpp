#include "resolver/admin/reply_json.hpp"

#include <nlohmann/json.hpp>

#include "dns/message_view.hpp"

namespace tributary::resolver {
namespace {

using Json = nlohmann::ordered_json;

Json lines_of(const std::vector<dns::Record>& records) {
  Json out = Json::array();
  for (const auto& record : records) out.push_back(dns::to_text(record));
  return out;
}

Json flags_of(const dns::Header& header) {
  Json out = Json::array();
  if (header.authoritative) out.push_back("aa");
  if (header.truncated) out.push_back("tc");
  if (header.authentic_data) out.push_back("ad");
  if (header.checking_disabled) out.push_back("cd");
  return out;
}

}  // namespace

std::string reply_json(std::span<const std::uint8_t> reply, double milliseconds) {
  const auto view = dns::MessageView::parse(reply);
  if (!view)
    return R"({"rcode": "FORMERR", "records": []})"
           "\n";
  const auto question = view->question();
  Json out{{"question", {{"name", question.name.to_text()}, {"type", dns::to_text(question.type)}}},
           {"rcode", dns::to_text(view->rcode())},
           {"flags", flags_of(view->header())}};
  if (const auto records = dns::read_records(*view)) {
    out["records"] = lines_of(records->answer);
    out["authority"] = lines_of(records->authority);
  }
  out["ede"] = Json::array();
  if (view->edns()) {
    if (const auto error = dns::extended_error(view->edns()->options))
      out["ede"].push_back({{"code", static_cast<unsigned>(error->code)}, {"text", error->text}});
  }
  out["total_ms"] = milliseconds;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tributary::resolver
