# SPDX-License-Identifier: MIT
# Run by CPack before it packs: the places and forms that Debian and the RPM systems have for files.

set(share "${CPACK_TEMPORARY_DIRECTORY}/usr/share")
set(compressed "${share}/man/man1/influxctl.1")
if(CPACK_GENERATOR STREQUAL "DEB")
  file(RENAME "${share}/zsh/site-functions" "${share}/zsh/vendor-completions")
  set(changelog "${share}/doc/influxctl/changelog")
  string(TIMESTAMP time "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH
  file(WRITE "${changelog}" "influxctl (${CPACK_PACKAGE_VERSION}) stable; urgency=medium\n\n"
    "  * See docs/CHANGELOG.md.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${time}\n")
  list(APPEND compressed "${changelog}")
endif()
execute_process(COMMAND gzip -9n ${compressed} COMMAND_ERROR_IS_FATAL ANY)
