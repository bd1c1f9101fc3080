# SPDX-License-Identifier: MIT OR Apache-2.0
# Compiler flags of Ramie's own code. Presets choose the build type and the sanitizer.
# What each hardening flag costs: docs/design/0005-build-and-hardening.md.

set(RAMIE_SANITIZE "" CACHE STRING "Empty, or address,undefined or thread")

add_library(ramie_flags INTERFACE)
target_compile_definitions(ramie_flags INTERFACE _GNU_SOURCE)
target_compile_options(ramie_flags INTERFACE
    -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wundef
    -fvisibility=hidden -fno-omit-frame-pointer -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
if(RAMIE_WERROR)
    target_compile_options(ramie_flags INTERFACE -Werror)
endif()

# A flag this compiler knows is used by `target` (or linked with); the others are left out.
# Asked once a flag and build folder: 10 ms each, where CMake's own check takes 100.
function(ramie_probe target)
    foreach(flag IN LISTS ARGN)
        string(MAKE_C_IDENTIFIER "RAMIE_HAS_${flag}" known)
        if(NOT DEFINED ${known})
            execute_process(
                COMMAND ${CMAKE_C_COMPILER} -Werror -O2 ${flag} -fsyntax-only -x c /dev/null
                RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
            if(failed EQUAL 0)
                set(${known} ON CACHE INTERNAL "${CMAKE_C_COMPILER} knows ${flag}")
            else()
                set(${known} OFF CACHE INTERNAL "${CMAKE_C_COMPILER} does not know ${flag}")
            endif()
        endif()
        if(${known})
            target_compile_options(${target} INTERFACE ${flag})
        endif()
    endforeach()
endfunction()

if(RAMIE_SANITIZE)
    add_compile_options(-fsanitize=${RAMIE_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${RAMIE_SANITIZE})
    target_compile_definitions(ramie_flags INTERFACE RAMIE_DEBUG=1)
else()
    ramie_probe(ramie_flags
        -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero
        -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing
        -fstrict-flex-arrays=3 -fzero-init-padding-bits=unions
        -fcf-protection=full -mbranch-protection=standard)
    if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
        if(CMAKE_C_COMPILER_VERSION VERSION_LESS 16) # it wants to be asked twice
            target_compile_options(ramie_flags INTERFACE -ftrivial-auto-var-init=zero
                -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
        endif()
        # Traps, not reports: the reporting runtime would be one more thing to attack.
        target_compile_options(ramie_flags INTERFACE
            -fsanitize=bounds,object-size -fsanitize-trap=bounds,object-size)
    endif()
    if(CMAKE_BUILD_TYPE STREQUAL "Debug")
        target_compile_definitions(ramie_flags INTERFACE RAMIE_DEBUG=1)
    else()
        target_compile_options(ramie_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
    endif()
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack)
