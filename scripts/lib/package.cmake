# SPDX-License-Identifier: MIT
# What CPack puts into the packages, for scripts/package: a .deb of a shared build, and an archive
# of the static one.

set(CPACK_PACKAGE_VENDOR "influxctl")
# There is no address to write to, and the field must hold one.
set(CPACK_PACKAGE_CONTACT "influxctl developers <influxctl@influxctl.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "create management tokens for an InfluxDB Clustered cluster")
set(CPACK_PACKAGE_DESCRIPTION
"influxctl creates, lists, revokes and rotates the management tokens of an
InfluxDB Clustered cluster. A new token goes to standard output, into a new
file or into a secret store, and nothing else goes there. One that cannot be
delivered is revoked.
.
It reads the config.toml of InfluxData's program of the same name, with which
it is not affiliated.")
set(CPACK_PACKAGE_FILE_NAME "influxctl-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/package_files.cmake")
# copyright and changelog for the .deb, NOTICES for the archive: scripts/package writes them.
set(CPACK_INFLUXCTL_FILES "${PROJECT_BINARY_DIR}/package")
set(CPACK_INFLUXCTL_DOCDIR "${CMAKE_INSTALL_DOCDIR}")
set(CPACK_INFLUXCTL_MANDIR "${CMAKE_INSTALL_MANDIR}")
include(CPack)
