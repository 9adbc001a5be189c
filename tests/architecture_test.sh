#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tests/architecture_test.sh SOURCE-DIRECTORY
#
# Holds every #include of our own headers against the table of areas in docs/architecture.md, and the
# places of the files against its rule. Prints what breaks it; exit status 1 where anything does.

set -euo pipefail
cd "$1"

declare -A may_include=(
  [base]="base"
  [time]="base time"
  [http]="base time http"
  [config]="base http config"
  [cli]="base time config cli"
  [api]="base time http api"
  [auth]="base time http config auth"
  [output]="base time api output"
  [commands]="base time http config cli api auth output commands"
  [main.cpp]="base commands"
)
broken=0
break_rule() {
  printf '%s\n' "$1"
  broken=1
}

while IFS=: read -r file include; do
  area=${file#include/influxctl/} area=${area#src/} area=${area%%/*}
  target=${include#influxctl/} target=${target%%/*}
  if [[ -z ${may_include[$area]-} ]]; then
    break_rule "$file: there is no area $area"
  elif [[ " ${may_include[$area]} " != *" $target "* ]]; then
    break_rule "$file includes $include: $area may not include $target"
  fi
done < <(grep -rHoE '^#include "[^"]+"' include src | sed 's/#include "//; s/"$//')

while IFS= read -r file; do
  break_rule "$file: headers are in include/, and no file is called so"
done < <(find src include -name '*_parts*' -o -name '*_helpers*' -o -name '*_utils*'; find src -name '*.h')

while IFS= read -r source; do
  room=${source#src/}
  # A second source of a room: delivery_file.cpp of delivery.h.
  if [[ $room == main.cpp || -e include/influxctl/${room%.cpp}.h || -e include/influxctl/${room%_*}.h ]]; then
    continue
  fi
  case $room in
    http/without_nss.cpp | commands/*) ;; # called by the linker; declared in commands.h
    *) break_rule "$source has no header include/influxctl/${room%.cpp}.h" ;;
  esac
done < <(find src -name '*.cpp')

exit "$broken"
