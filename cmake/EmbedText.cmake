# embed_text(TARGET FILE HEADER VARIABLE): adds to TARGET the definition of VARIABLE (a qualified std::string_view, which
# HEADER declares) with the contents of FILE, read when CMake configures; a changed FILE makes it do so again.
function(embed_text target file header variable)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" text)
  get_filename_component(name "${file}" NAME_WE)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}_text.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY
    CONTENT "#include \"@header@\"\n\nconst std::string_view @variable@ = R\"embedded(@text@)embedded\";\n")
  target_sources(${target} PRIVATE "${source}")
endfunction()
