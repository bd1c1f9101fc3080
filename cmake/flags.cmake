# SPDX-License-Identifier: MIT OR Apache-2.0
# Compiler flags of Ramie's own code. Presets choose the build type and the sanitizer.

add_library(ramie_flags INTERFACE)
set(RAMIE_SANITIZE "" CACHE STRING "address,undefined or thread")

target_compile_definitions(ramie_flags INTERFACE _GNU_SOURCE)
target_compile_options(ramie_flags INTERFACE
    -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wundef
    -fvisibility=hidden -fno-omit-frame-pointer -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
if(RAMIE_WERROR)
    target_compile_options(ramie_flags INTERFACE -Werror)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_definitions(ramie_flags INTERFACE RAMIE_DEBUG=1)
endif()
if(RAMIE_SANITIZE)
    add_compile_options(-fsanitize=${RAMIE_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${RAMIE_SANITIZE})
    target_compile_definitions(ramie_flags INTERFACE RAMIE_DEBUG=1)
else()
    # Hardening of release and debug; see docs/design.
    target_compile_options(ramie_flags INTERFACE
        -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero
        -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing)
    if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
        target_compile_options(ramie_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
    endif()
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64")
        target_compile_options(ramie_flags INTERFACE -fcf-protection=full)
    endif()
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-Wl,-z,now -Wl,-z,relro)
