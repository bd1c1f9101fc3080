# SPDX-License-Identifier: MIT OR Apache-2.0
# One target a folder of src/: ramie_<name>, linking only the folders it names.

set(RAMIE_FOLDERS "")

function(ramie_folder name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.c)
    file(GLOB assembly CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/arch/*.S)
    if(NOT sources)
        set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.c)
    endif()
    add_library(ramie_${name} STATIC ${sources} ${assembly})
    # src/ gives `#include "fiber/op.h"`, a folder's own path `#include "private/x.h"`: private stays private.
    # -iquote: a limits.h of ours must not stand in front of <limits.h>.
    target_include_directories(ramie_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
    target_compile_options(ramie_${name} PRIVATE $<$<NOT:$<COMPILE_LANGUAGE:ASM>>:-iquote${PROJECT_SOURCE_DIR}/src/${name}>)
    target_link_libraries(ramie_${name} PRIVATE ramie_flags)
    foreach(lower IN LISTS arg_USES)
        target_link_libraries(ramie_${name} PUBLIC ramie_${lower})
    endforeach()
    set(RAMIE_FOLDERS ${RAMIE_FOLDERS} ${name} PARENT_SCOPE)
endfunction()
