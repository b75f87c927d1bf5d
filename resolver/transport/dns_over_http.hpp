#pragma once

#include <string>

#include <tl/expected.hpp>

#include "policy/config.hpp"
#include "resolver/transport/http_message.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// The request that carries `query` (RFC 8484 §4.1): message ID 0, so that caches on the way can match, and
/// padded to a multiple of 128 octets (RFC 8467 §4.1).
Http2Request make_doh_request(const Query& query, policy::HttpMethod method, const std::string& authority,
                              const std::string& path);

/// The reply in a response, with `message` and `age` set; or why it is none. 429 and 503 become
/// Failure::rate_limited with the time of Retry-After, in seconds or as a date relative to the Date field
/// (RFC 9110 §10.2.3); anything else that is not 200 with a matching DNS message, Failure::protocol.
ExchangeResult read_doh_response(Http2Response response, const Query& query);

}  // namespace tributary::resolver
