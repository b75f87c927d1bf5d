#include "cache/security_text.hpp"

namespace tributary::cache {

std::string_view to_text(Security security) {
  switch (security) {
    case Security::unchecked:
      return "unchecked";
    case Security::insecure:
      return "insecure";
    case Security::undated:
      return "undated";
    case Security::secure:
      return "secure";
  }
  return {};
}

}  // namespace tributary::cache
