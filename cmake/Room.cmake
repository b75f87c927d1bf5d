# tributary_room(NAME [LIBRARIES...]): one static library from the sources in the current folder.
#
# The folder's listing is the list of sources (a program's main.cpp apart); LIBRARIES names the rooms it may know and the libraries it uses.
function(tributary_room name)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/main.cpp$")
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE tributary_warnings PUBLIC ${ARGN})
  if(TRIBUTARY_WHOLE_PROGRAM)
    target_compile_options(${name} PRIVATE -flto -ffat-lto-objects)
  endif()
endfunction()
