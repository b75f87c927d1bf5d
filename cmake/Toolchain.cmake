# How every target is compiled: C++20, warnings are errors, the sanitizers asked for.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

add_library(tributary_warnings INTERFACE)
target_compile_options(tributary_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these falsely in optimised coroutines and std containers (GCC bugs 105562, 105593).
  target_compile_options(tributary_warnings INTERFACE
    -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-restrict -Wno-array-bounds -Wno-dangling-pointer
    -Wno-free-nonheap-object -Wno-stringop-overread -Wno-mismatched-new-delete)
endif()

if(TRIBUTARY_SANITIZE)
  add_compile_options(-fsanitize=${TRIBUTARY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TRIBUTARY_SANITIZE})
endif()

if(TRIBUTARY_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "TRIBUTARY_FUZZERS needs libFuzzer, which only clang has: configure with CXX=clang++-16")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# docs/decisions/0013-the-daemon-is-optimised-whole.md
set(whole_program OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT TRIBUTARY_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(whole_program ON)
endif()
option(TRIBUTARY_WHOLE_PROGRAM "Optimise the daemon as a whole: smaller and faster, but slow to link" ${whole_program})
