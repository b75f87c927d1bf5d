#pragma once

#include <string_view>

// Made from page/ when the program is built (cmake/JoinStatusPage.cmake).

namespace tributary::resolver {

extern const std::string_view status_page_html;
/// The value of Content-Security-Policy for exactly this page.
extern const std::string_view status_page_policy;

}  // namespace tributary::resolver
