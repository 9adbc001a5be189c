#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tests/e2e/package_test.sh DIRECTORY SANDBOX
#
# Installs what scripts/package made, each package in a root of its own, with the lines of README.md
# (those of apt-get, tar and podman for this machine's architecture alone), and removes it again. In
# each root a token is created over TLS at a stand-in cluster on loopback, with its CA file alone.
# Programs for another architecture run under qemu. Only root can do that, and only where debootstrap,
# rpm, buildah, podman and the system's package archive are.

set -euo pipefail
export LC_ALL=C.UTF-8

die() {
  printf 'package_test.sh: FAILED: %s\n' "$1" >&2
  exit 1
}

if (($# != 2)); then die "usage: package_test.sh DIRECTORY SANDBOX"; fi
packages=$(realpath "$1") sandbox=$(realpath "$2") source=$(realpath "$(dirname "$0")/../..")
if ((EUID)); then die "only root can install packages in a new root"; fi
for tool in debootstrap rpm buildah podman; do
  command -v "$tool" >/dev/null || die "$tool is not installed"
done
version=$(sed -n 's/^project(influxctl VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")

# In /tmp there may be no devices, which debootstrap makes.
mkdir -p "$source/build"
scratch=$(mktemp -d) roots=$(mktemp -d -p "$source/build") sandbox_in='' sandbox_pid=''
store=(--root "$roots/store" --runroot "$roots/run" --storage-driver vfs)
clean_up() {
  local status=$?
  set +e
  if ((status)) && [[ -s $scratch/log ]]; then tail -n 20 "$scratch/log" >&2; fi
  if [[ -n $sandbox_in ]]; then exec {sandbox_in}>&-; fi
  if [[ -n $sandbox_pid ]]; then wait "$sandbox_pid" 2>/dev/null; fi
  rm -rf --one-file-system "$scratch" "$roots"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a command of which only failures are shown.
quietly() { "$@" >>"$scratch/log" 2>&1; }

# Prints the command of README's table of installation, or of removal, for $arch: KIND COLUMN
readme() {
  local line
  line=$(sed -n '/^## Install/,/^## /p' "$source/README.md" |
    awk -F '|' -v kind=" $1 " -v column="$2" '$2 == kind { print $column }' | tr -d '`')
  line=${line//sudo /} line=${line//amd64/$arch} line=${line//x86_64/$processor}
  [[ -n ${line// /} ]] || die "README.md has no command for $1"
  printf '%s' "$line"
}

# A command in another root, with nothing of this session's environment: ROOT USER COMMAND...
in_root() {
  local root=$1 user=$2
  shift 2
  env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive INFLUXCTL_CONFIG="$scratch/sandbox/config.toml" \
    chroot --userspec="$user" "$root" "${emulator[@]}" "$@"
}

# Sets `emulator`, by which a root runs programs of an architecture: ARCH ROOT
emulate() {
  local processor=x86_64
  if [[ $1 == arm64 ]]; then processor=aarch64; fi
  emulator=()
  if [[ $processor == "$(uname -m)" ]]; then return; fi
  cp -L "$(command -v "qemu-$processor-static" "qemu-$processor" | head -n 1)" "$2/qemu"
  emulator=(/qemu -R 0x1000000000) # as in scripts/check
}

start_sandbox() {
  local ready
  coproc CLUSTER { exec "$sandbox" --directory "$scratch/sandbox" --lifetime 1800 2>>"$scratch/log"; }
  sandbox_pid=$! sandbox_in=${CLUSTER[1]}
  IFS= read -r -t 60 ready <&"${CLUSTER[0]}" || die "the sandbox did not start"
  [[ $ready == *'"ledger"'* ]] || die "the sandbox says: $ready"
}

# The program names its version, and creates a token that the cluster knows: WHAT ROOT USER PROGRAM
expect_create() {
  local what=$1 root=$2 user=$3 program=$4 created token file
  [[ $(in_root "$root" "$user" "$program" version) == "influxctl $version "*$'\n'libcurl/* ]] ||
    die "$what: it does not name $version and its libraries"
  mkdir -p "$root$scratch/sandbox"
  cp "$scratch"/sandbox/{admin-token,ca.pem,config.toml} "$root$scratch/sandbox"
  chown -R "$user" "$root$scratch"
  token=$(in_root "$root" "$user" "$program" management create --expires-in 1h \
    --description "in $what" 2>>"$scratch/log") || die "$what: it creates no token"
  created=$(grep "\"event\":\"created\".*\"description\":\"in $what\"" \
    "$scratch/sandbox/ledger.jsonl") || die "$what: the cluster created no token"
  [[ $created == *"$(printf %s "$token" | sha256sum | cut -c 1-64)"* ]] ||
    die "$what: it printed another token than the cluster created"
  file=/token
  if [[ $user != 0:* ]]; then file=/home/influxctl/token; fi
  quietly in_root "$root" "$user" "$program" management create --description file --quiet \
    --output "$file" || die "$what: it writes no file"
  [[ $(stat -c '%a %s' "$root$file") == "600 "[1-9]* ]] || die "$what: the file is not private"
  rm "$root$file"
  printf '%s: a token was created over TLS\n' "$what"
}

# Man page, completions and documents are in their places, and the documents' links lead to files:
# WHAT PREFIX ZSH-DIRECTORY
expect_files() {
  local what=$1 share=$2/share file link
  local -A scripts=([bash]=bash-completion/completions/influxctl
    [zsh]=zsh/$3/_influxctl [fish]=fish/vendor_completions.d/influxctl.fish)
  gzip -dcf "$share"/man/man1/influxctl.1* | cmp -s "$source/docs/influxctl.1" - ||
    die "$what: the man page is not there"
  for file in "${!scripts[@]}"; do
    [[ -s $share/${scripts[$file]} ]] || die "$what: the completion of $file is not there"
  done
  share+=/doc/influxctl
  cmp -s "$source/README.md" "$share/README.md" || die "$what: README.md is not there"
  while IFS=: read -r file link; do
    [[ -e $(dirname "$file")/${link%%#*} ]] || die "$what: ${file##*/} links to $link"
  done < <(grep -oE '\]\([^)#:]+[^):]*\)' "$share/README.md" "$share"/docs/*.md |
    sed 's/:](/:/; s/)$//')
  for file in openssl c-ares cli11 nlohmann-json3 howardhinnant-date spdlog fmtlib tomlplusplus \
    utf8proc gcc- glibc "Daniel Stenberg" /usr/share/common-licenses/Apache-2.0 \
    "$(sed -n 3p "$source/LICENSE")"; do
    grep -qF -- "$file" "$share/copyright" || die "$what: the copyright does not name $file"
  done
  python3 - "$share/influxctl.spdx.json" "$2/bin/influxctl" <<'END' || die "$what: bill of materials"
import hashlib, json, sys
bill = json.load(open(sys.argv[1]))
assert bill["spdxVersion"] == "SPDX-2.3" and bill["dataLicense"] == "CC0-1.0"
ids = {package["SPDXID"]: package for package in bill["packages"]}
assert len(ids) == len(bill["packages"])
program = ids["SPDXRef-influxctl"]
digest = hashlib.sha256(open(sys.argv[2], "rb").read()).hexdigest()
assert program["checksums"][0]["checksumValue"] == digest
assert {"curl", "openssl", "c-ares", "glibc"} <= {package["name"] for package in ids.values()}
for package in ids.values():
    assert package["versionInfo"] and package["downloadLocation"] and package["licenseDeclared"]
linked = {each["relatedSpdxElement"] for each in bill["relationships"]
          if each["relationshipType"] == "STATIC_LINK"}
assert linked == set(ids) - {"SPDXRef-influxctl"}
END
}

# Prints, for debootstrap, the suite of this system and where its packages come from.
suite_and_mirror() {
  local suite
  suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016  # for apt-get
  apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' |
    grep -m 1 "^$suite "
}

# A root of this system: the .deb and the archive are installed as README.md says, and removed.
try_own_system() {
  local where root=$roots/system
  read -ra where <<<"$(suite_and_mirror)"
  ((${#where[@]} == 2)) || die "apt-get does not say where this system's packages come from"
  quietly debootstrap --variant=minbase "${where[0]}" "$root" "${where[1]}" ||
    die "debootstrap made no root"
  emulator=()
  cp "$packages"/influxctl* "$root"
  quietly in_root "$root" 0:0 sh -c "$(readme 'Debian, Ubuntu' 3) -y --no-install-recommends" ||
    die "apt-get cannot install the .deb"
  [[ -z $(in_root "$root" 0:0 dpkg --verify influxctl) ]] || die "dpkg finds the files changed"
  expect_create "deb with apt-get" "$root" 0:0 /usr/bin/influxctl
  quietly in_root "$root" 0:0 sh -c "$(readme 'Debian, Ubuntu' 4) -y" ||
    die "apt-get cannot remove the .deb"
  quietly in_root "$root" 0:0 sh -c "$(readme 'any Linux' 3)" || die "the archive cannot be unpacked"
  expect_create "archive as root" "$root" 0:0 /usr/local/bin/influxctl
  expect_files "archive in /usr/local" "$root/usr/local" site-functions
  quietly in_root "$root" 0:0 sh -c "$(readme 'any Linux' 4)" || die "the archive cannot be removed"
  in_root "$root" 0:0 find /usr /etc -xdev -iname '*influxctl*' >"$scratch/left"
  [[ ! -s $scratch/left ]] || die "this is left: $(cat "$scratch/left")"

  local line podman=(podman --root "$roots/podman" --runroot "$roots/podman-run"
    --storage-driver vfs)
  read -ra line <<<"$(readme container 3)"
  (cd "$packages" && quietly "${podman[@]}" "${line[@]:1}") || die "podman cannot load the image"
  read -ra line <<<"$(readme container 4)"
  quietly "${podman[@]}" "${line[@]:1}" || die "podman cannot remove ${line[*]: -1}"
}

# Empty roots, in which nothing but the package is: ARCH PROCESSOR
try_packages() {
  local line root=$roots/deb-$1
  mkdir -p "$root"/var/lib/dpkg/{updates,info}
  : >"$root/var/lib/dpkg/status"
  local deb=$packages/influxctl_${version}_$1.deb
  [[ $(dpkg-deb -f "$deb" Architecture) == "$1" && -z $(dpkg-deb -f "$deb" Depends) ]] ||
    die "the .deb for $1 has dependencies, or another architecture"
  quietly dpkg --root="$root" --force-architecture --force-script-chrootless -i "$deb" ||
    die "dpkg cannot install the .deb for $1"
  emulate "$1" "$root"
  expect_create "deb $1" "$root" 0:0 /usr/bin/influxctl
  expect_files "deb $1" "$root/usr" vendor-completions

  root=$roots/rpm-$1
  mkdir "$root"
  local rpm=(rpm --root "$root" --dbpath /var/lib/rpm)
  quietly "${rpm[@]}" --initdb || die "rpm makes no database"
  read -ra line <<<"$(readme 'Fedora, RHEL, SUSE' 3)"
  (cd "$packages" && quietly "${rpm[@]}" --ignorearch "${line[@]:1}") ||
    die "rpm cannot install the .rpm for $1"
  [[ $("${rpm[@]}" -q --qf '%{name} %{version} %{arch} %{description}' influxctl) == \
    "influxctl $version $2 influxctl creates, lists, "*$'\n\n'"It reads the config.toml of "* ]] ||
    die "rpm does not know the package"
  [[ -z $("${rpm[@]}" -q --changelog influxctl) ]] || die "CPack made up a changelog"
  quietly "${rpm[@]}" -V influxctl || die "rpm finds the files changed"
  emulate "$1" "$root"
  expect_create "rpm $1" "$root" 0:0 /usr/bin/influxctl
  expect_files "rpm $1" "$root/usr" site-functions
  read -ra line <<<"$(readme 'Fedora, RHEL, SUSE' 4)"
  quietly "${rpm[@]}" "${line[@]:1}" || die "rpm cannot remove the .rpm for $1"
  [[ -z $(find "$root/usr" -name '*influxctl*') ]] || die "rpm leaves files"

  root=$roots/archive-$1
  mkdir "$root"
  tar -xzf "$packages/influxctl-$version-linux-$2.tar.gz" -C "$root" --strip-components=1
  emulate "$1" "$root"
  expect_create "archive $1" "$root" 0:0 /bin/influxctl
  expect_files "archive $1" "$root" site-functions
  cmp -s "$root/share/doc/influxctl/influxctl.spdx.json" \
    "$packages/influxctl-$version-linux-$2.spdx.json" || die "the bills of materials differ"
}

# The image for an architecture, as a runtime unpacks it: ARCH
try_image() {
  local container root settings share
  container=$(buildah "${store[@]}" from --arch "$1" \
    "oci-archive:$packages/influxctl-$version-oci.tar" 2>>"$scratch/log") ||
    die "buildah does not read the image for $1"
  settings=$(buildah "${store[@]}" inspect --format "{{.OCIv1.Architecture}} \
{{with .OCIv1.Config}}{{.User}} {{.Entrypoint}} {{.Env}} {{.WorkingDir}} {{len .Labels}} \
{{index .Labels \"org.opencontainers.image.version\"}}{{end}}" "$container")
  [[ $settings == "$1 65532:65532 [/usr/bin/influxctl] [PATH=/usr/bin HOME=/home/influxctl] \
/home/influxctl 4 $version" ]] ||
    die "the image for $1 is: $settings"
  root=$(buildah "${store[@]}" mount "$container")
  (($(grep -c BEGIN "$root/etc/ssl/certs/ca-certificates.crt") > 100)) ||
    die "the image has no CA certificates"
  share=$root/usr/share/doc
  if ! grep -q 'Mozilla Public License' "$share/ca-certificates/copyright" ||
    ! grep -q 'Daniel Stenberg' "$share/influxctl/copyright" ||
    ! cmp -s "$share/influxctl/influxctl.spdx.json" \
      "$packages/influxctl-$version-linux-$processor.spdx.json"; then
    die "the image has no licences, or no bill of materials"
  fi
  emulate "$1" "$root"
  expect_create "image $1" "$root" 65532:65532 /usr/bin/influxctl
}

(cd "$packages" && sha256sum --quiet --strict -c SHA256SUMS) || die "the checksums are wrong"
(($(wc -l <"$packages/SHA256SUMS") == $(find "$packages" -type f | wc -l) - 1)) ||
  die "not every file has a checksum"
start_sandbox
for architecture in "amd64 x86_64" "arm64 aarch64"; do
  read -r arch processor <<<"$architecture"
  if [[ ! -e $packages/influxctl_${version}_$arch.deb ]]; then continue; fi
  try_packages "$arch" "$processor"
  try_image "$arch"
  if [[ $processor == "$(uname -m)" ]]; then try_own_system; fi
done
printf 'The packages work\n'
