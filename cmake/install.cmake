# SPDX-License-Identifier: MIT OR Apache-2.0
# Install: archive, headers, ramie.pc, and the package for find_package(ramie).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Under -isystem gcc misses an ignored `ra_chan_send`; so users of the package get -I.
set_target_properties(ramie PROPERTIES EXPORT_NO_SYSTEM ON)
install(TARGETS ramie EXPORT ramie-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/ramie DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES LICENSE-MIT LICENSE-APACHE DESTINATION ${CMAKE_INSTALL_DOCDIR})

file(RELATIVE_PATH up_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(packaging/ramie.pc.in ramie.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/ramie.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ramie)
configure_package_config_file(packaging/ramie-config.cmake.in ramie-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(ramie-config-version.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT ramie-targets NAMESPACE ramie:: DESTINATION ${package_dir})
install(FILES ${PROJECT_BINARY_DIR}/ramie-config.cmake ${PROJECT_BINARY_DIR}/ramie-config-version.cmake
    DESTINATION ${package_dir})
