#include "resolver/admin/status_page.hpp"

#include "resolver/admin/status_page_text.hpp"

namespace tributary::resolver {

HttpResponse status_page() {
  return {200,
          "text/html; charset=utf-8",
          std::string(status_page_html),
          {{"Content-Security-Policy", std::string(status_page_policy)},
           {"Cache-Control", "no-cache"},
           {"Cross-Origin-Opener-Policy", "same-origin"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Content-Type-Options", "nosniff"}}};
}

}  // namespace tributary::resolver
