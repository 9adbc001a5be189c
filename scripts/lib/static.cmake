# SPDX-License-Identifier: MIT
# One static file, for the option INFLUXCTL_STATIC: makes the target CURL::libcurl from the source in
# INFLUXCTL_CURL_SOURCE, finds archives alone, and sets how everything is compiled and linked. The
# libraries are those of the system, or those that scripts/lib/toolchain.cmake names.

include(CheckCXXSourceRuns)

if(NOT EXISTS "${INFLUXCTL_CURL_SOURCE}/include/curl/curl.h")
  message(FATAL_ERROR "INFLUXCTL_CURL_SOURCE has to name the directory of libcurl's source; "
                      "scripts/build-static fetches it and builds")
endif()

set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
set(CMAKE_POLICY_DEFAULT_CMP0069 NEW) # curl's build takes the line above too

add_compile_options(-O2 -ffunction-sections -fdata-sections -fvisibility=hidden
  ${influxctl_hardening} "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/="
  "-ffile-prefix-map=${INFLUXCTL_CURL_SOURCE}/=curl/" "-ffile-prefix-map=${CMAKE_SYSROOT}/=/")
# The map tells which library functions our code calls; a stripped file does not.
add_link_options(-static-pie -s -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack
  "-Wl,-Map=${PROJECT_BINARY_DIR}/influxctl.map")

# Packed relocations save half a megabyte; a linker may know them and its libc's start not.
set(CMAKE_REQUIRED_FLAGS -fPIE)
set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie -Wl,--fatal-warnings
  -Wl,-z,pack-relative-relocs)
check_cxx_source_runs("const char* volatile text = \"x\"; int main() { return *text != 'x'; }"
                      INFLUXCTL_PACKS_RELOCATIONS)
unset(CMAKE_REQUIRED_FLAGS)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
if(INFLUXCTL_PACKS_RELOCATIONS)
  add_link_options(-Wl,-z,pack-relative-relocs)
endif()

# libcurl with what http.cpp uses: HTTP and its proxies over OpenSSL, names resolved by c-ares.
# Options that a version of curl does not know do no harm.
set(curl_on HTTP_ONLY ENABLE_ARES CURL_ENABLE_SSL CURL_USE_OPENSSL ENABLE_IPV6
  CURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG CURL_DISABLE_ALTSVC CURL_DISABLE_AWS CURL_DISABLE_BINDLOCAL
  CURL_DISABLE_COOKIES CURL_DISABLE_CRYPTO_AUTH CURL_DISABLE_DIGEST_AUTH CURL_DISABLE_DOH
  CURL_DISABLE_FORM_API CURL_DISABLE_GETOPTIONS CURL_DISABLE_HSTS CURL_DISABLE_IPFS
  CURL_DISABLE_KERBEROS_AUTH CURL_DISABLE_LIBCURL_OPTION CURL_DISABLE_MIME
  CURL_DISABLE_NEGOTIATE_AUTH CURL_DISABLE_NETRC CURL_DISABLE_NTLM CURL_DISABLE_PARSEDATE
  CURL_DISABLE_PROGRESS_METER CURL_DISABLE_SRP CURL_DISABLE_WEBSOCKETS)
set(curl_off BUILD_CURL_EXE BUILD_LIBCURL_DOCS BUILD_MISC_DOCS BUILD_SHARED_LIBS BUILD_STATIC_CURL
  BUILD_TESTING CURL_BROTLI CURL_ENABLE_EXPORT_TARGET CURL_USE_GSSAPI CURL_USE_LIBPSL CURL_USE_LIBSSH
  CURL_USE_LIBSSH2 CURL_USE_PKGCONFIG CURL_ZLIB CURL_ZSTD ENABLE_CURL_MANUAL ENABLE_MANUAL
  ENABLE_UNIX_SOCKETS PICKY_COMPILER USE_LIBIDN2 USE_LIBRTMP USE_NGHTTP2)
foreach(option IN LISTS curl_on)
  set(${option} ON CACHE INTERNAL "")
endforeach()
foreach(option IN LISTS curl_off)
  set(${option} OFF CACHE INTERNAL "")
endforeach()
# The trust store is the program's choice at run time.
set(CURL_CA_BUNDLE none CACHE INTERNAL "")
set(CURL_CA_PATH none CACHE INTERNAL "")
set(OPENSSL_USE_STATIC_LIBS TRUE)
find_package(ZLIB QUIET) # OpenSSL's target may name its target; libcurl must not take it
unset(ZLIB_FOUND)
add_subdirectory("${INFLUXCTL_CURL_SOURCE}" curl EXCLUDE_FROM_ALL SYSTEM)
get_target_property(curl_target CURL::libcurl ALIASED_TARGET) # its name differs between versions
# An engine would be loaded from a file.
target_compile_definitions(${curl_target} PRIVATE OPENSSL_NO_ENGINE)
target_compile_options(${curl_target} PRIVATE -Os)

# Puts failing functions in the place of those of glibc that need its shared objects at run time, and
# gives c-ares the options of resolv.conf.
function(influxctl_without_nss target)
  target_sources(${target} PRIVATE src/http/without_nss.cpp)
  # The linker looks for them by name, which link-time optimisation does not foresee.
  set_source_files_properties(src/http/without_nss.cpp PROPERTIES COMPILE_OPTIONS -fno-lto)
  foreach(name IN ITEMS ares_init_options dlopen freeaddrinfo getaddrinfo gethostbyname getnameinfo getservbyname
                        getservbyname_r getservbyport_r)
    target_link_options(${target} PRIVATE -Wl,--wrap=${name})
  endforeach()
endfunction()

# Keeps the peak of memory low: what runs once is made small, by area (what reads and shows long lists
# stays fast), and text that is not used lies together.
function(influxctl_small_in_memory core program)
  get_target_property(sources ${core} SOURCES)
  list(FILTER sources INCLUDE REGEX "^src/(auth|cli|commands|config)/")
  set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS -Os)
  set(script "${PROJECT_SOURCE_DIR}/scripts/lib/static.ld")
  target_link_options(${program} PRIVATE "-Wl,-T,${script}")
  set_property(TARGET ${program} APPEND PROPERTY LINK_DEPENDS "${script}")
endfunction()
