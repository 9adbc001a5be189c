# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the scripts share. To be sourced by a script that did `set -euo pipefail`. It goes to the
# root of the tree and sees to it that what `run` started ends with the script.

export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

# shellcheck disable=SC2034  # for the scripts
build_packages=(cmake ninja-build g++ pkg-config libcli11-dev libcurl4-openssl-dev
  libhowardhinnant-date-dev libspdlog-dev libssl-dev libtomlplusplus-dev libutf8proc-dev
  nlohmann-json3-dev)
# shellcheck disable=SC2034
sandbox_packages=(libgmock-dev libgtest-dev)
# shellcheck disable=SC2034
test_packages=("${sandbox_packages[@]}" ca-certificates openssl python3 strace)
# shellcheck disable=SC2034
static_packages=(ca-certificates dpkg-dev)
build_tools="cmake ninja pkg-config ${CXX:-g++}"
# shellcheck disable=SC2034
test_tools="$build_tools openssl python3 strace"

# Prints the version, which CMakeLists.txt has.
project_version() { sed -n 's/^project(influxctl VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt; }

# Prints Debian's name of this machine's architecture.
architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# Prints where the static file is built: ARCH
static_directory() {
  if [[ $1 == "$(architecture)" ]]; then echo build/static; else echo "build/static-$1"; fi
}

# Prints the packages with a compiler for an architecture, and what runs its programs here: ARCH
compiler_packages() {
  if [[ $1 == "$(architecture)" ]]; then return; fi
  case $1 in
    amd64) echo g++-x86-64-linux-gnu ;;
    arm64) echo g++-aarch64-linux-gnu ;;
  esac
  echo qemu-user-static
}

say() { printf '\n== %s\n' "$*"; }

# Ends the script: MESSAGE [LINE...]
die() {
  printf '%s: error: %s\n' "${0##*/}" "$1" >&2
  shift
  if (($#)); then printf '%s\n' "$@" >&2; fi
  exit 1
}

# The usage is the comment atop the script, from its third line to the first empty one.
usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$1"; }

job=
end_job() {
  if [[ -z $job ]]; then return; fi
  kill -TERM -- "-$job" 2>/dev/null || true
  wait "$job" 2>/dev/null || true
  job=
}
trap end_job EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a command in a process group of its own, so that the script can end all of it.
run() {
  local status=0
  set -m
  "$@" </dev/null &
  job=$!
  set +m
  wait "$job" || status=$?
  job=
  return "$status"
}

# Configures: DIRECTORY PRESET COMPILER [ARGUMENT...]. A directory that was made elsewhere is begun anew.
configure() {
  local directory=$1 preset=$2 compiler=$3 fresh=()
  shift 3
  if ! grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$directory/CMakeCache.txt"; then
    fresh=(--fresh)
  fi
  run env CXX="$compiler" cmake "${fresh[@]}" --preset "$preset" -B "$directory" "$@" >/dev/null
}

# Builds what was configured: DIRECTORY [TARGET...]
build() {
  local directory=$1 targets=()
  shift
  if (($#)); then targets=(--target "$@"); fi
  run cmake --build "$directory" --parallel "$(nproc)" "${targets[@]}"
}

# Prints those of the packages that are not installed.
missing() {
  local package
  for package; do
    if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
      printf '%s\n' "$package"
    fi
  done
}

# Prints those of the tools that are not on PATH: "TOOL..."
absent() {
  local tool list=''
  for tool in $1; do
    command -v "$tool" >/dev/null || list+=${list:+, }$tool
  done
  printf '%s' "$list"
}

# Ends the script with the line that installs packages, where there are any: REASON PACKAGE...
die_by_hand() {
  local reason=$1 more=''
  shift
  if (($# == 0)); then die "$reason"; fi
  if [[ ${install-yes} == yes ]]; then more=", then add --no-install"; fi
  die "$reason" "Have an administrator run this line$more:" \
    "  apt-get install -y --no-install-recommends $*"
}

# Installs with apt-get those of the packages that are missing.
install_packages() {
  local wanted as_root=()
  mapfile -t wanted < <(missing "$@" | sort -u)
  if ((${#wanted[@]} == 0)); then return; fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    die_by_hand "this system has no apt-get; the names are Debian's" "${wanted[@]}"
  fi
  if ((EUID)); then
    as_root=(sudo)
    command -v sudo >/dev/null || die_by_hand "not root, and there is no sudo" "${wanted[@]}"
    if ! sudo -n true 2>/dev/null && { [[ ! -t 0 ]] || ! sudo -v; }; then
      die_by_hand "sudo does not allow it" "${wanted[@]}"
    fi
  fi
  say "Installing with apt-get: ${wanted[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq
    -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  # A source that is out of order matters only when the installation fails.
  "${apt[@]}" update </dev/null || true
  "${apt[@]}" install -y --no-install-recommends "${wanted[@]}" </dev/null >/dev/null ||
    die_by_hand "apt-get could not install what is missing" "${wanted[@]}"
}

# Ends the script where tools are not on PATH, with the packages for them: "TOOL..." PACKAGE...
need_tools() {
  local lacking wanted
  lacking=$(absent "$1")
  if [[ -z $lacking ]]; then return; fi
  mapfile -t wanted < <(missing "${@:2}" | sort -u)
  die_by_hand "not on PATH: $lacking" "${wanted[@]}"
}

# Ends the script where no terminal can be opened: many tests need one.
need_terminals() {
  if [[ -c /dev/ptmx && -d /dev/pts ]] && grep -q '^[^ ]* /dev/pts devpts ' /proc/mounts; then return; fi
  die "there are no terminals here, which the tests need" \
    "As root, run: mkdir -p /dev/pts && mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts" \
    "and where /dev/ptmx is missing: ln -s pts/ptmx /dev/ptmx"
}

# Runs the tests of a build, those first that took longest the last time: DIRECTORY PARALLEL
# [ARGUMENT-OF-CTEST...]. Many of them wait rather than compute. Prints no line when a test starts,
# and one when it ends.
ctest_all() {
  local directory=$1 parallel=$2
  shift 2
  rm -rf "$directory/tests.xml" "$directory/results"
  ctest --test-dir "$directory" --parallel "$parallel" --timeout 900 \
    --no-tests=error --output-on-failure --output-junit tests.xml "$@" |
    sed -uE '/^ +Start +[0-9]+: /d; s/ \.{3,}/ .../'
}

# Prints how many tests of a build's last run passed, failed and were skipped: DIRECTORY. Where a
# test of CTest is a process with many tests of GoogleTest, those count.
print_counts() {
  python3 - "$1" <<'END'
import pathlib, sys
from xml.etree import ElementTree

directory = pathlib.Path(sys.argv[1])
cases = []
for test in ElementTree.parse(directory / "tests.xml").iter("testcase"):
    report = directory / "results" / (test.get("name") + ".xml")
    ran = test.get("status") in ("run", "fail") and report.exists()
    inner = list(ElementTree.parse(report).iter("testcase")) if ran else []
    failed_itself = test.find("failure") is not None and not any(c.find("failure") is not None for c in inner)
    cases += [test] if failed_itself or not ran else inner
failed = [case for case in cases if case.find("failure") is not None]
skipped = [case for case in cases if case.find("skipped") is not None]
for case in failed:
    print("failed:", ".".join(filter(None, (case.get("classname"), case.get("name")))))
print(f"{len(cases) - len(failed) - len(skipped)} passed, {len(failed)} failed, {len(skipped)} skipped")
END
}
