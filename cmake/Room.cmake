# tributary_room(NAME [LIBRARIES...]): one static library from the sources in the current folder.
#
# The folder's listing is the list of sources (a program's main.cpp apart); LIBRARIES names the rooms it may know and the libraries it uses.
#
# With TRIBUTARY_WHOLE_PROGRAM there is the same once more as NAME_whole, compiled to be optimised with all other rooms; the
# global property whole_rooms lists these.
function(tributary_room name)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/main.cpp$")
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE tributary_warnings PUBLIC ${ARGN})
  if(TRIBUTARY_WHOLE_PROGRAM)
    add_library(${name}_whole OBJECT EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(${name}_whole PRIVATE ${name} tributary_warnings)
    target_compile_options(${name}_whole PRIVATE -flto)
    set_property(GLOBAL APPEND PROPERTY whole_rooms ${name}_whole)
  endif()
endfunction()
