# The libraries that Tributary stands on; their Debian packages are listed in packages.txt.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(spdlog REQUIRED)
find_library(YAML_CPP_LIBRARY libyaml-cpp.a REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)

# ldns brings no CMake file and expects its user to have found <stdbool.h>.
find_library(LDNS_LIBRARY ldns REQUIRED)
add_library(ldns INTERFACE)
target_link_libraries(ldns INTERFACE "${LDNS_LIBRARY}")
target_compile_definitions(ldns INTERFACE HAVE_STDBOOL_H)

# Asio is compiled once, here, instead of in every file that includes it.
add_library(tributary_asio STATIC "${CMAKE_CURRENT_LIST_DIR}/asio.cpp")
target_compile_definitions(tributary_asio PUBLIC
  ASIO_STANDALONE ASIO_SEPARATE_COMPILATION ASIO_NO_DEPRECATED
  # Asio looks whether std::aligned_alloc is there by what was included before it: with different answers in different
  # files, memory would be freed by another function than the one it came from.
  ASIO_HAS_STD_ALIGNED_ALLOC=1)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Asio 1.22 does not recognise the final coroutines of clang with libstdc++.
  target_compile_definitions(tributary_asio PUBLIC ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
endif()
if(TRIBUTARY_SANITIZE MATCHES "thread")
  # The thread sanitizer knows no fences, and GCC refuses them under it.
  target_compile_definitions(tributary_asio PUBLIC ASIO_DISABLE_FENCED_BLOCK)
endif()
target_link_libraries(tributary_asio PUBLIC OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
