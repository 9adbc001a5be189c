# SPDX-License-Identifier: MIT
# What CPack makes of the static file: a .deb and a .rpm, for any system of their kind.

set(CPACK_GENERATOR DEB RPM)
set(CPACK_PACKAGE_VENDOR "influxctl developers")
# There is no address to write to, and the field must hold one.
set(CPACK_PACKAGE_CONTACT "influxctl developers <influxctl@influxctl.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "create management tokens for an InfluxDB Clustered cluster")
set(CPACK_PACKAGE_DESCRIPTION
"influxctl creates, lists, revokes and rotates the management tokens of an
InfluxDB Clustered cluster. A new token goes to standard output, into a new
file or into a secret store, and nothing else goes there. One that cannot be
delivered is revoked.

It reads the config.toml of InfluxData's program of the same name, with which
it is not affiliated.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE "${INFLUXCTL_ARCH}")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_ARCHITECTURE "${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_RPM_PACKAGE_LICENSE "MIT")
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_CHANGELOG_FILE /dev/null) # none, in place of one that CPack makes up
set(CPACK_RPM_PACKAGE_AUTOREQPROV OFF)
set(CPACK_RPM_COMPRESSION_TYPE xz)
foreach(directory IN ITEMS bash-completion bash-completion/completions fish fish/vendor_completions.d
                           man man/man1 zsh zsh/site-functions)
  list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION "/usr/share/${directory}")
endforeach()
# Nothing of the machine and the hour of the build; the file is stripped already.
set(CPACK_RPM_SPEC_MORE_DEFINE
"Recommends: ca-certificates
%define _buildhost reproducible
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define source_date_epoch_from_changelog 0
%define _build_id_links none
%define __os_install_post %{nil}
%define debug_package %{nil}")

set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/package_files.cmake")
include(CPack)
