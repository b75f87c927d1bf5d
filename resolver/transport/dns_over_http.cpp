#include "resolver/transport/dns_over_http.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "dns/edns.hpp"
#include "dns/message_builder.hpp"
#include "dns/message_view.hpp"

namespace tributary::resolver {

namespace {

constexpr std::string_view media_type = "application/dns-message";
constexpr std::size_t padding_block = 128;
constexpr std::size_t opt_size = 11, option_header_size = 4;

std::vector<std::uint8_t> query_message(const Query& query) {
  dns::Header header;
  header.recursion_desired = true;
  header.checking_disabled = query.cd();
  dns::Edns edns;
  edns.dnssec_ok = true;
  const auto size = dns::header_size + query.question.name.wire().size() + 4 + opt_size + option_header_size;
  const std::vector<std::uint8_t> padding((padding_block - size % padding_block) % padding_block);
  std::vector<std::uint8_t> options;
  dns::append_option(options, dns::OptionCode::padding, padding);
  edns.options = options;
  return dns::build_query(header, query.question, &edns);
}

/// Base64url without padding characters (RFC 4648 §5, RFC 8484 §6).
std::string base64url(const std::vector<std::uint8_t>& data) {
  std::string text((data.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a final zero too
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), data.data(),
                                   static_cast<int>(data.size()));
  text.resize(static_cast<std::size_t>(size));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(std::ranges::find(text, '='), text.end());
  return text;
}

/// Non-negative seconds, at most 2³¹−1 however large the number (RFC 9111 §1.2.2).
std::optional<std::chrono::seconds> parse_seconds(std::string_view text) {
  constexpr std::uint32_t most = 0x7fffffff;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  return std::chrono::seconds(error == std::errc::result_out_of_range ? most : std::min(value, most));
}

/// A date in one of the three forms that recipients accept (RFC 9110 §5.6.7), in seconds since 1970.
std::optional<std::chrono::seconds> parse_date(const std::string& text) {
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"}) {
    std::istringstream stream(text);
    stream.imbue(std::locale::classic());
    std::tm parts{};
    stream >> std::get_time(&parts, form);
    if (!stream.fail()) return std::chrono::seconds(timegm(&parts));
  }
  return std::nullopt;
}

std::optional<Duration> retry_delay(const Http2Response& response) {
  if (!response.retry_after) return std::nullopt;
  if (const auto seconds = parse_seconds(*response.retry_after)) return *seconds;
  const auto until = parse_date(*response.retry_after);
  const auto now = response.date ? parse_date(*response.date) : std::nullopt;
  if (!until || !now) return std::nullopt;
  return std::max(*until - *now, std::chrono::seconds(0));
}

/// The media type without its parameters, which are not defined for DNS messages.
bool is_dns_message(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return std::ranges::equal(type, media_type, {}, [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
}

tl::unexpected<Failure> protocol_failure(std::string detail) {
  return tl::unexpected(Failure{Failure::Kind::protocol, std::move(detail), {}});
}

}  // namespace

Http2Request make_doh_request(const Query& query, policy::HttpMethod method, const std::string& authority,
                              const std::string& path) {
  Http2Request request{"POST", authority, path, {{"accept", std::string(media_type)}}, query_message(query)};
  if (method == policy::HttpMethod::get) {
    request.method = "GET";
    request.path += (path.find('?') == std::string::npos ? "?dns=" : "&dns=") + base64url(request.body);
    request.body.clear();
  } else {
    request.fields.emplace_back("content-type", media_type);
    request.fields.emplace_back("content-length", std::to_string(request.body.size()));
  }
  return request;
}

ExchangeResult read_doh_response(Http2Response response, const Query& query) {
  if (response.status == 429 || response.status == 503) {
    return tl::unexpected(Failure{Failure::Kind::rate_limited, fmt::format("HTTP status {}", response.status),
                                  retry_delay(response)});
  }
  if (response.status != 200) return protocol_failure(fmt::format("HTTP status {}", response.status));
  if (!is_dns_message(response.content_type)) {
    return protocol_failure(fmt::format("the content type is \"{:.64}\"", response.content_type));
  }
  const auto message = dns::MessageView::parse(response.body);
  if (!message) return protocol_failure(fmt::format("not a DNS message: {}", dns::to_text(message.error())));
  if (!message->header().response || message->header().id != 0 ||
      message->header().opcode != dns::Opcode::QUERY) {
    return protocol_failure("the message is no reply to a query with ID 0");
  }
  if (message->question() != query.question) return protocol_failure("the reply is to another question");
  Reply reply;
  reply.channel = Channel::authenticated;
  reply.age =
      response.age ? parse_seconds(*response.age).value_or(std::chrono::seconds(0)) : std::chrono::seconds(0);
  reply.message = std::move(response.body);
  return reply;
}

}  // namespace tributary::resolver
