#pragma once

#include <string>

namespace tributary::policy {

/// A JSON Schema (2020-12) of the configuration file, for editors. It is laxer than the file's reader: what a
/// text has to look like, and what does not go together, it does not know.
std::string config_schema();

/// All keys as tables of Markdown, one for each key of the file: kind, default, what is allowed, meaning.
std::string config_reference();

}  // namespace tributary::policy
