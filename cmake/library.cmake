# SPDX-License-Identifier: MIT OR Apache-2.0
# libramie.a: every folder's objects. Programs outside the tree link this one archive.

target_link_libraries(ramie_base PUBLIC m)
target_compile_options(ramie_os INTERFACE -pthread)
target_link_libraries(ramie_os PUBLIC -pthread)
target_link_libraries(ramie_sql PUBLIC SQLite::SQLite3)

set(objects "")
foreach(name IN LISTS RAMIE_FOLDERS)
    list(APPEND objects $<TARGET_OBJECTS:ramie_${name}>)
endforeach()
add_library(ramie STATIC ${objects})
target_include_directories(ramie PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
target_link_libraries(ramie PRIVATE SQLite::SQLite3 PUBLIC -pthread m)
