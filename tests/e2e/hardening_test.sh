#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tests/e2e/hardening_test.sh PROGRAM...
#
# Reads off each program that it is hardened: position independent, nothing writable that is executed,
# full RELRO, stack protector, FORTIFY, stack clash protection, and the processor's protection of
# jumps. A stripped static file does not tell who calls what: the linker's map beside it does.

set -euo pipefail
export LC_ALL=C.UTF-8
failed=0

# Counts one failure: PROGRAM WHAT
lacks() {
  printf '%s: FAILED: no %s\n' "$1" "$2" >&2
  failed=$((failed + 1))
}

# Fails unless a text matches: PROGRAM WHAT PATTERN TEXT
expect() {
  grep -qE -- "$3" <<<"$4" || lacks "$1" "$2"
}

check() {
  local program=$1 headers dynamic symbols code prefix jump jumps
  headers=$(readelf -hlW "$program") dynamic=$(readelf -dW "$program")
  # Libraries and the start code have some guarded jumps of their own.
  if grep -q 'Machine: .*AArch64' <<<"$headers"; then
    prefix=aarch64-linux-gnu- jump=paciasp jumps=1000
  else
    prefix=x86_64-linux-gnu- jump=endbr64 jumps=500
    if ! grep -q INTERP <<<"$headers"; then jumps=4000; fi
  fi
  expect "$program" 'PIE' 'Type: +DYN' "$headers"
  expect "$program" 'PIE flag' 'FLAGS_1.*PIE' "$dynamic"
  expect "$program" 'RELRO' 'GNU_RELRO' "$headers"
  expect "$program" 'immediate binding' 'FLAGS.*NOW' "$dynamic"
  expect "$program" 'stack without execution' 'GNU_STACK.* RW +0x' "$headers"
  if grep -qE 'LOAD.* RWE ' <<<"$headers"; then lacks "$program" 'separation of code and data'; fi
  if grep -q TEXTREL <<<"$dynamic"; then lacks "$program" 'text without relocations'; fi
  if grep -qE 'RPATH|RUNPATH' <<<"$dynamic"; then lacks "$program" 'freedom of library paths'; fi

  if grep -q INTERP <<<"$headers"; then
    symbols=$(readelf --dyn-syms -W "$program")
    expect "$program" 'stack protector' '__stack_chk_fail' "$symbols"
    expect "$program" 'FORTIFY' 'UND __[a-z]+_chk(@|$)' "$symbols"
  else
    grep -qa 'stack smashing detected' "$program" || lacks "$program" 'stack protector'
    grep -qE '\.cpp\.o \(symbol from plugin\) \(__[a-z]+_chk\)' "${program%/*}/influxctl.map" ||
      lacks "$program" 'FORTIFY of our own code'
    grep -qE '\.c\.o \(symbol from plugin\) \(__[a-z]+_chk\)' "${program%/*}/influxctl.map" ||
      lacks "$program" "FORTIFY of libcurl's code"
  fi
  code=$("${prefix}objdump" -d --no-show-raw-insn "$program")
  (($(grep -cw "$jump" <<<"$code") >= jumps)) || lacks "$program" "protection of jumps"
  # On arm64 only frames over 64 KiB are probed, and there are none.
  if [[ $jump == endbr64 ]]; then
    expect "$program" 'stack clash protection' '\<orq +.0x0,(0x[0-9a-f]+)?\(%rsp\)' "$code"
  fi
}

if (($# == 0)); then
  printf 'usage: hardening_test.sh PROGRAM...\n' >&2
  exit 2
fi
for program; do check "$program"; done
((failed == 0)) && printf '%d hardened: %s\n' $# "$*"
