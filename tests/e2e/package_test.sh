#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tests/e2e/package_test.sh FOLDER SANDBOX
#
# Installs the .deb of a folder with apt-get in a new root of this system, which debootstrap makes,
# and unpacks the archive where nothing else is. In both, a token is created over TLS at a stand-in
# cluster on loopback, with its CA file alone. Only root can do that, and only where debootstrap and
# the system's package archive are.

set -euo pipefail

die() {
  printf 'package_test.sh: FAILED: %s\n' "$1" >&2
  exit 1
}

if (($# != 2)); then die "usage: package_test.sh FOLDER SANDBOX"; fi
packages=$(realpath "$1") sandbox=$(realpath "$2") source=$(realpath "$(dirname "$0")/../..")
deb=$(echo "$packages"/influxctl_*.deb) archive=$(echo "$packages"/influxctl-*.tar.gz)
[[ -f $deb && -f $archive ]] || die "$packages does not hold one .deb and one .tar.gz"
if ((EUID)); then die "only root can install packages in a new root"; fi
command -v debootstrap >/dev/null || die "debootstrap is not installed"

folder=$(mktemp -d) sandbox_in='' sandbox_pid=''
clean_up() {
  local status=$?
  set +e
  if ((status)) && [[ -s $folder/log ]]; then tail -n 20 "$folder/log" >&2; fi
  if [[ -n $sandbox_in ]]; then exec {sandbox_in}>&-; fi
  if [[ -n $sandbox_pid ]]; then wait "$sandbox_pid" 2>/dev/null; fi
  rm -rf --one-file-system "$folder"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Prints, for debootstrap, the suite of this system and where its packages come from.
suite_and_mirror() {
  local suite
  suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016  # for apt-get
  apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' |
    grep -m 1 "^$suite "
}

make_root() {
  local where
  read -ra where <<<"$(suite_and_mirror)"
  ((${#where[@]} == 2)) || die "apt-get does not say where this system's packages come from"
  debootstrap --variant=minbase "${where[0]}" "$folder/root" "${where[1]}" >>"$folder/log" 2>&1 ||
    die "debootstrap made no root"
}

# A command in another root, with nothing of this session's environment: ROOT COMMAND...
in_root() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    INFLUXCTL_CONFIG="$folder/sandbox/config.toml" chroot "$@"
}

install_deb() {
  cp "$deb" "$folder/root/influxctl.deb"
  in_root "$folder/root" apt-get -qq update >>"$folder/log" 2>&1 ||
    die "apt-get update failed in the new root"
  in_root "$folder/root" apt-get -qq install -y --no-install-recommends /influxctl.deb \
    >>"$folder/log" 2>&1 || die "apt-get cannot install the .deb"
  [[ -z $(in_root "$folder/root" dpkg --verify influxctl) ]] ||
    die "dpkg --verify finds the files changed"
  printf 'The .deb is installed, with what it depends on: %s\n' "$(dpkg-deb -f "$deb" Depends)"
}

start_sandbox() {
  local ready
  coproc CLUSTER { exec "$sandbox" --folder "$folder/sandbox" --lifetime 600 2>>"$folder/log"; }
  sandbox_pid=$! sandbox_in=${CLUSTER[1]}
  IFS= read -r -t 60 ready <&"${CLUSTER[0]}" || die "the sandbox did not start"
  [[ $ready == *'"ledger"'* ]] || die "the sandbox says: $ready"
}

# The program says its version, and creates a token that the cluster knows: ROOT PROGRAM
expect_create() {
  local root=$1 created token version
  version=$(dpkg-deb -f "$deb" Version)
  [[ $(in_root "$root" "$2" version) == *"$version"* ]] || die "$2 does not say $version"
  mkdir -p "$root$folder/sandbox"
  cp "$folder"/sandbox/{admin-token,ca.pem,config.toml} "$root$folder/sandbox"
  token=$(in_root "$root" "$2" management create --expires-in 1h --description "in $root" \
    2>>"$folder/log") || die "$2 creates no token in $root"
  created=$(grep "\"event\":\"created\".*\"description\":\"in $root\"" \
    "$folder/sandbox/ledger.jsonl") || die "the cluster created no token for $root"
  [[ $created == *"$(printf %s "$token" | sha256sum | cut -c 1-64)"* ]] ||
    die "$2 printed another token than the cluster created"
  printf '%s: a token was created over TLS\n' "$2"
}

# Man page, completions and documents are in their places: FOLDER PROGRAM ZSH-FOLDER
expect_files() {
  local share=$1/share file
  local -A scripts=([bash]=bash-completion/completions/influxctl
    [zsh]=zsh/$3/_influxctl [fish]=fish/vendor_completions.d/influxctl.fish)
  cmp -s "$source/docs/influxctl.1" \
    <(gzip -dcf "$share"/man/man1/influxctl.1*) || die "$1: the man page is not there"
  for file in "${!scripts[@]}"; do
    "$2" completion "$file" | cmp -s - "$share/${scripts[$file]}" ||
      die "$1: the completion of $file is not there"
  done
  cmp -s "$source/README.md" "$share/doc/influxctl/README.md" || die "$1: README.md is not there"
}

# A file has each of these texts: FILE TEXT...
expect_texts() {
  local file=$1 text
  shift
  for text; do
    grep -qF -- "$text" "$file" || die "${file##*/} does not speak of $text"
  done
}

(cd "$packages" && sha256sum --quiet --strict -c SHA256SUMS) || die "the checksums are wrong"
start_sandbox

mkdir "$folder/archive"
tar -xzf "$archive" -C "$folder/archive" --strip-components=1
expect_create "$folder/archive" /bin/influxctl
expect_files "$folder/archive" "$folder/archive/bin/influxctl" site-functions
documents=$folder/archive/share/doc/influxctl
cmp -s "$source/LICENSE" "$documents/LICENSE" || die "the archive has no LICENSE"
expect_texts "$documents/NOTICES" openssl c-ares cli11 nlohmann-json3 howardhinnant-date spdlog \
  fmtlib tomlplusplus utf8proc gcc- glibc "Daniel Stenberg" /usr/share/common-licenses/Apache-2.0

make_root
install_deb
expect_create "$folder/root" /usr/bin/influxctl
expect_files "$folder/root/usr" "$folder/archive/bin/influxctl" vendor-completions
documents=$folder/root/usr/share/doc/influxctl
expect_texts "$documents/copyright" "$(sed -n 3p "$source/LICENSE")" cli11
printf 'The packages work\n'
