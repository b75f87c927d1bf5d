#include "dns/registered_domain.hpp"

namespace tributary::dns {
namespace {

constexpr std::size_t country_code = 2;
constexpr std::size_t longest_category = 3;

}  // namespace

Name registered_domain(const Name& name) {
  if (name.label_count() <= 2) return name;
  const Name two = name.suffix(2);
  const bool below_a_category =
      two.first_label().size() <= longest_category && two.parent().first_label().size() == country_code;
  return below_a_category ? name.suffix(3) : two;
}

}  // namespace tributary::dns
