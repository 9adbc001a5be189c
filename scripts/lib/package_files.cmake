# SPDX-License-Identifier: MIT
# Run by CPack before it packs: completes the files of a package as its kind has them.

if(CPACK_GENERATOR STREQUAL "DEB")
  set(root "${CPACK_TEMPORARY_DIRECTORY}/usr")
  set(documents "${root}/${CPACK_INFLUXCTL_DOCDIR}")
  file(REMOVE "${documents}/LICENSE") # its text is in copyright
  file(COPY "${CPACK_INFLUXCTL_FILES}/copyright" "${CPACK_INFLUXCTL_FILES}/changelog"
       DESTINATION "${documents}")
  execute_process(COMMAND gzip -9n "${documents}/changelog"
                          "${root}/${CPACK_INFLUXCTL_MANDIR}/man1/influxctl.1"
                  COMMAND_ERROR_IS_FATAL ANY)
else()
  file(COPY "${CPACK_INFLUXCTL_FILES}/NOTICES"
       DESTINATION "${CPACK_TEMPORARY_DIRECTORY}/${CPACK_INFLUXCTL_DOCDIR}")
endif()
