#include "dns/type_class.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace tributary::dns {
namespace {

TEST(TypeClass, IsNamedAsItsType) {
  for (const auto type : {Type::A, Type::NS, Type::CNAME, Type::SOA, Type::PTR, Type::MX, Type::TXT,
                          Type::AAAA, Type::SRV, Type::DS, Type::DNSKEY, Type::SVCB, Type::HTTPS, Type::ANY})
    EXPECT_EQ(to_text(class_of(type)), to_text(type));
}

TEST(TypeClass, EveryOtherTypeIsOneOfTheOthers) {
  for (unsigned number = 0; number < 65536; ++number) {
    const auto type = static_cast<Type>(number);
    const auto its_class = class_of(type);
    EXPECT_NE(its_class, TypeClass::none);
    EXPECT_TRUE(its_class == TypeClass::other || to_text(its_class) == to_text(type)) << number;
  }
}

TEST(TypeClass, NoTwoHaveTheSameName) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < type_classes; ++i) names.insert(to_text(static_cast<TypeClass>(i)));
  EXPECT_EQ(names.size(), type_classes);
}

}  // namespace
}  // namespace tributary::dns
