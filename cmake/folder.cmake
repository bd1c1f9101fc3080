# SPDX-License-Identifier: MIT OR Apache-2.0
# One target a folder of src/: ramie_<name>, linking only the folders it names.

set(RAMIE_FOLDERS "")

function(ramie_folder name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.c)
    if(name STREQUAL "fiber")
        file(GLOB assembly CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/fiber/arch/*.S)
    endif()
    if(NOT sources)
        set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.c)
    endif()
    add_library(ramie_${name} STATIC ${sources} ${assembly})
    target_include_directories(ramie_${name}
        PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src
        PRIVATE ${PROJECT_SOURCE_DIR}/src/${name})
    target_link_libraries(ramie_${name} PRIVATE ramie_flags)
    foreach(lower IN LISTS arg_USES)
        target_link_libraries(ramie_${name} PUBLIC ramie_${lower})
    endforeach()
    set(RAMIE_FOLDERS ${RAMIE_FOLDERS} ${name} PARENT_SCOPE)
endfunction()

# libramie.a: every folder's objects.
function(ramie_library)
    find_package(Threads REQUIRED)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.40)
    target_link_libraries(ramie_sql PUBLIC PkgConfig::SQLITE)
    target_link_libraries(ramie_os PUBLIC Threads::Threads)
    target_link_libraries(ramie_base PUBLIC m)
    set(objects "")
    foreach(name IN LISTS RAMIE_FOLDERS)
        list(APPEND objects $<TARGET_OBJECTS:ramie_${name}>)
    endforeach()
    add_library(ramie STATIC ${objects})
    target_include_directories(ramie PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
    target_link_libraries(ramie PUBLIC PkgConfig::SQLITE Threads::Threads m)
endfunction()
