#pragma once

#include <string>

#include "dns/message_view.hpp"

namespace tributary::resolver {

/// Whether two replies to one question say the same: equal RCODEs, and the same records in the answer section
/// whatever their order and TTLs. What else may differ (padding, additional records) proves nothing.
bool say_the_same(const dns::MessageView& one, const dns::MessageView& other);

/// What a reply says, for the log: "NOERROR, A 192.0.2.1, A 192.0.2.2". At most three records.
std::string summary(const dns::MessageView& reply);

}  // namespace tributary::resolver
