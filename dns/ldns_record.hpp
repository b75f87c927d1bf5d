#pragma once

// Between our records and those of ldns. Included by implementation files only.

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "dns/record.hpp"

namespace tributary::dns {

struct LdnsFree {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
  void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
  void operator()(char* text) const { std::free(text); }
};

using LdnsRecord = std::unique_ptr<ldns_rr, LdnsFree>;
using LdnsField = std::unique_ptr<ldns_rdf, LdnsFree>;
using LdnsText = std::unique_ptr<char, LdnsFree>;

/// Copies a record that ldns has read. The error is a sentence: what does not fit into a Record.
tl::expected<Record, std::string> from_ldns(const ldns_rr& record);

/// Nothing if ldns cannot read the RDATA.
LdnsRecord to_ldns(const Record& record);

/// ldns's sentence for a status.
std::string to_text(ldns_status status);

}  // namespace tributary::dns
