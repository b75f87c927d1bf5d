#pragma once

#include "dns/name.hpp"

namespace tributary::dns {

/// Roughly the domain that somebody registered and that `name` lies in: what is likely to be served by the
/// same servers. "example.com." for "www.example.com.", "example.co.uk." for "www.example.co.uk.".
///
/// A guess by the lengths of the labels, not by the Public Suffix List: the last two labels; three where the
/// top-level domain is one of a country (two letters) and the label before it is as short as the "co", "ac"
/// and "gov" of those that register below it. Shorter names stay as they are.
Name registered_domain(const Name& name);

}  // namespace tributary::dns
