# TRIBUTARY_BUILD_TIME: seconds since 1970 before which no right clock can be. The same for the same sources, so that
# builds are reproducible: SOURCE_DATE_EPOCH, else the date of the last commit, else one that this file was written on.
set(TRIBUTARY_BUILD_TIME 1793491200) # 2026-11-01
execute_process(COMMAND git -C "${PROJECT_SOURCE_DIR}" log -1 --format=%ct
  OUTPUT_VARIABLE committed OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
if("$ENV{SOURCE_DATE_EPOCH}" MATCHES "^[0-9]+$")
  set(TRIBUTARY_BUILD_TIME "$ENV{SOURCE_DATE_EPOCH}")
elseif(NOT failed AND committed MATCHES "^[0-9]+$")
  set(TRIBUTARY_BUILD_TIME "${committed}")
endif()
