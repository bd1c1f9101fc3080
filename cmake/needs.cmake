# SPDX-License-Identifier: MIT OR Apache-2.0
# What the build needs from the system. A missing library stops it with the name of the package.

function(ramie_needs found package)
    if(NOT ${found})
        message(FATAL_ERROR "Ramie needs ${package}: apt-get install ${package} (tools/debian-packages lists all)")
    endif()
endfunction()

find_package(SQLite3 3.40 QUIET)
ramie_needs(SQLite3_FOUND libsqlite3-dev)

# Tests ask for more than programs do; `make run` does without.
function(ramie_has_tests out)
    find_path(CMOCKA_INCLUDE_DIR cmocka.h)
    find_library(CMOCKA_LIBRARY cmocka)
    find_program(RAMIE_PYTHON NAMES /usr/bin/python3 python3)
    if(CMOCKA_INCLUDE_DIR AND CMOCKA_LIBRARY AND RAMIE_PYTHON)
        set(${out} ON PARENT_SCOPE)
    else()
        set(${out} OFF PARENT_SCOPE)
    endif()
endfunction()
