# SPDX-License-Identifier: MIT
# For scripts/build-static: Debian's compiler for INFLUXCTL_ARCH (amd64 or arm64), and the libraries
# in INFLUXCTL_LIBRARIES alone. What is built for another processor runs under qemu.

set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES INFLUXCTL_ARCH INFLUXCTL_LIBRARIES)
if(INFLUXCTL_ARCH STREQUAL "arm64")
  set(processor aarch64)
elseif(INFLUXCTL_ARCH STREQUAL "amd64")
  set(processor x86_64)
else()
  message(FATAL_ERROR "INFLUXCTL_ARCH has to be amd64 or arm64")
endif()
if(NOT CMAKE_HOST_SYSTEM_PROCESSOR STREQUAL processor)
  set(CMAKE_SYSTEM_NAME Linux)
  set(CMAKE_SYSTEM_PROCESSOR ${processor})
  find_program(INFLUXCTL_EMULATOR NAMES qemu-${processor}-static qemu-${processor} REQUIRED)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${INFLUXCTL_EMULATOR})
endif()
set(triplet ${processor}-linux-gnu)
set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER ${triplet}-g++)
set(CMAKE_LIBRARY_ARCHITECTURE ${triplet})

set(CMAKE_SYSROOT "${INFLUXCTL_LIBRARIES}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${INFLUXCTL_LIBRARIES}")
set(ENV{PKG_CONFIG_LIBDIR}
  "${INFLUXCTL_LIBRARIES}/usr/lib/${triplet}/pkgconfig:${INFLUXCTL_LIBRARIES}/usr/share/pkgconfig")
# A cross compiler comes with a C library of its own, which gets no security updates: -B goes first.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static-pie \"-B${INFLUXCTL_LIBRARIES}/usr/lib/${triplet}/\"")
# Some versions of Debian's OpenSSL need these two.
set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lzstd -lz")
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT "-lzstd -lz")
