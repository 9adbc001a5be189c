#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tests/e2e/secret_stores.sh INFLUXCTL SANDBOX STORE
#
# Puts new tokens of a stand-in cluster into a secret store, with the store's own client, as
# docs/secret-stores.md says: in a pipe and after --. What the store gives back must be the token,
# to the byte. After -- a store that fails must mean exit code 8 and a revoked token. STORE is one of
# the functions prepare_STORE below. Stores that are services are played by store_server.py. Keys
# and stores are in a temporary directory and end with the test.
# INFLUXCTL_TEST_BINARY names another influxctl than the argument does.

set -euo pipefail

die() {
  printf '%s: FAILED: %s\n' "${store:-secret_stores.sh}" "$1" >&2
  exit 1
}

if (($# != 3)); then die "usage: secret_stores.sh INFLUXCTL SANDBOX STORE"; fi
influxctl=$(realpath "${INFLUXCTL_TEST_BINARY:-$1}") sandbox=$(realpath "$2") store=$3
directory='' sandbox_in='' sandbox_pid='' daemons=() server='' server_in='' keeps_newline=yes

clean_up() {
  local status=$? pid
  set +e
  if ((status)) && [[ -s $directory/log ]]; then cat "$directory/log" >&2; fi
  for pid in "${daemons[@]}"; do
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  if [[ -n $server_in ]]; then exec {server_in}>&-; fi
  if [[ -d $directory/gnupg ]]; then GNUPGHOME=$directory/gnupg gpgconf --kill all; fi
  if [[ -n $sandbox_in ]]; then exec {sandbox_in}>&-; fi
  if [[ -n $sandbox_pid ]]; then wait "$sandbox_pid" 2>/dev/null; fi
  if [[ -n $directory ]]; then rm -rf "$directory"; fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Fails unless there is a program: PROGRAM PACKAGE, Debian's name of what has it.
need() {
  if command -v "$1" >/dev/null; then return; fi
  printf 'skipped: there is no %s; run: apt-get install %s\n' "$1" "$2"
  exit 77
}

# Fails unless a Python has the module; sets python: MODULE PACKAGE
need_module() {
  for python in python3 /usr/bin/python3; do
    if "$python" -c "import $1" 2>/dev/null; then return; fi
  done
  printf 'skipped: Python has no %s; run: apt-get install %s\n' "$1" "$2"
  exit 77
}

# Runs a command until it succeeds, for a minute at most.
await() {
  local end=$((SECONDS + 60))
  until "$@" >>"$directory/log" 2>&1; do
    ((SECONDS < end)) || die "this did not succeed within a minute: $*"
    sleep 0.1
  done
}

# Prints a member of the sandbox's line about the token with this description: MEMBER DESCRIPTION
of_created() {
  sed -n "/\"event\":\"created\".*\"description\":\"$2\"/{
    s/.*\"$1\":\"\{0,1\}\([0-9a-f-]*\).*/\1/p;q}" "$directory/sandbox/ledger.jsonl"
}

is_revoked() {
  grep -q "\"event\":\"revoked\",\"id\":\"$(of_created id "$1")\"" "$directory/sandbox/ledger.jsonl"
}

# The store holds the token with this description, not a byte more, and the token is live.
expect_stored() {
  local size sum
  size=$(of_created size "$1") sum=$(of_created sha256 "$1")
  [[ $size =~ ^[0-9]+$ && $sum =~ ^[0-9a-f]{64}$ ]] || die "$1: no token was created"
  "${get[@]}" >"$directory/value" 2>>"$directory/log" || die "$1: the store gives nothing back"
  [[ $(stat -c %s "$directory/value") == "$size" ]] ||
    die "$1: the store holds $(stat -c %s "$directory/value") bytes, the token has $size"
  [[ $(sha256sum <"$directory/value") == "$sum  -" ]] || die "$1: the store holds other bytes"
  if is_revoked "$1"; then die "$1: the token was revoked"; fi
  printf '%s: %s: the store holds the %d bytes of the token\n' "$store" "$1" "$size"
}

# Why the program writes no newline: most stores keep one.
expect_newline() {
  local wanted='not-a-token\n' what='is kept'
  if [[ $keeps_newline == no ]]; then wanted=not-a-token what='is cut off'; fi
  printf 'not-a-token\n' | "${put[@]}" >>"$directory/log" 2>&1 || die "the store failed"
  "${get[@]}" >"$directory/value" 2>>"$directory/log" || die "the store gives nothing back"
  # shellcheck disable=SC2059  # the format is the text
  printf "$wanted" | cmp - "$directory/value" || die "not so: a trailing newline $what"
  printf '%s: a trailing newline %s\n' "$store" "$what"
}

expect_revoked_after_failure() {
  local status=0
  "$influxctl" management create --description broken -- "${put_broken[@]}" \
    >>"$directory/log" 2>&1 || status=$?
  ((status == 8)) || die "a store that fails after --: exit code $status, not 8"
  [[ -n $(of_created id broken) ]] || die "a store that fails after --: no token was created"
  is_revoked broken || die "a store that fails after --: the token was not revoked"
  printf '%s: a store that fails after --: exit code 8, the token is revoked\n' "$store"
}

start_sandbox() {
  local ready
  coproc CLUSTER { exec "$sandbox" --directory "$directory/sandbox" 2>>"$directory/log"; }
  sandbox_pid=$! sandbox_in=${CLUSTER[1]}
  IFS= read -r -t 60 ready <&"${CLUSTER[0]}" || die "the sandbox did not start"
  [[ $ready == *'"ledger"'* ]] || die "the sandbox says: $ready"
  export INFLUXCTL_CONFIG=$directory/sandbox/config.toml
}

# Starts the stand-ins for services; sets server to HOST:PORT.
start_server() {
  need_module "${1:-http.server}" "${2:-python3}"
  mkdir "$directory/server"
  exec {server_in}> >(exec "$python" "${BASH_SOURCE[0]%/*}/store_server.py" "$directory/server" \
    >>"$directory/log" 2>&1)
  await test -s "$directory/server/port"
  server=127.0.0.1:$(<"$directory/server/port")
  get=(cat "$directory/server/value")
}

# Each of these sets put (a command that stores its standard input), put_broken (the same, which
# fails) and get (prints what is stored).

prepare_age() {
  need age age
  need age-keygen age
  age-keygen -o "$directory/key" 2>>"$directory/log"
  put=(age -r "$(age-keygen -y "$directory/key")" -o "$directory/token.age")
  put_broken=(age -r age1nobody -o "$directory/token.age")
  get=(age -d -i "$directory/key" "$directory/token.age")
}

prepare_aws() {
  need aws awscli
  start_server
  export AWS_ACCESS_KEY_ID=id AWS_SECRET_ACCESS_KEY=key AWS_DEFAULT_REGION=eu-west-1
  export AWS_EC2_METADATA_DISABLED=true
  local aws=(aws --endpoint-url "http://$server" secretsmanager put-secret-value)
  put=("${aws[@]}" --secret-id influxdb --secret-string file:///dev/stdin)
  put_broken=("${aws[@]}" --secret-id no-such-secret --secret-string file:///dev/stdin)
}

prepare_gh() {
  need gh gh
  start_server nacl python3-nacl
  # gh speaks plain HTTP to this name alone, which the proxy is asked for.
  local gh=(env HTTP_PROXY="http://$server" GH_HOST=github.localhost gh secret set INFLUXDB_TOKEN)
  put=(env GH_TOKEN=right "${gh[@]}" --repo OWNER/REPO)
  put_broken=(env GH_TOKEN=wrong "${gh[@]}" --repo OWNER/REPO)
  keeps_newline=no
}

prepare_gitlab() {
  need curl curl
  start_server
  printf 'PRIVATE-TOKEN: right
' >"$directory/right"
  printf 'PRIVATE-TOKEN: wrong
' >"$directory/wrong"
  local curl=(curl --fail --silent --show-error --output /dev/null --request PUT --form 'value=<-'
    "http://$server/api/v4/projects/1/variables/INFLUXDB_TOKEN")
  put=("${curl[@]}" --header "@$directory/right")
  put_broken=("${curl[@]}" --header "@$directory/wrong")
}

prepare_kubectl() {
  need kubectl kubernetes-client
  start_server
  # shellcheck disable=SC2016  # for the inner shell
  local replace=(bash -c 'set -o pipefail
    kubectl create secret generic "$0" --from-file=token=/dev/stdin --dry-run=client -o json |
      kubectl --server "http://$SERVER" apply --server-side --force-conflicts \
        --validate=false -f -')
  export SERVER=$server
  put=("${replace[@]}" influxdb)
  put_broken=("${replace[@]}" no-such-secret)
}

prepare_pass() {
  need pass pass
  need gpg gnupg
  local key
  export GNUPGHOME=$directory/gnupg PASSWORD_STORE_DIR=$directory/store
  mkdir -m 700 "$GNUPGHOME" "$directory/no-keys"
  printf '%s\n' 'Key-Type: EDDSA' 'Key-Curve: ed25519' 'Subkey-Type: ECDH' \
    'Subkey-Curve: cv25519' 'Name-Real: influxctl' 'Expire-Date: 0' '%no-protection' '%commit' |
    gpg --batch --generate-key 2>>"$directory/log" || die "gpg made no key"
  key=$(gpg --batch --with-colons --list-keys 2>>"$directory/log" |
    sed -n 's/^fpr:*\([0-9A-F]*\).*/\1/p' | head -n 1)
  pass init "$key" >>"$directory/log" 2>&1 || die "pass init failed"
  put=(pass insert --multiline influxdb)
  put_broken=(env GNUPGHOME="$directory/no-keys" "${put[@]}")
  get=(pass show influxdb)
}

prepare_podman() {
  need podman podman
  local podman=(podman --root "$directory/root" --runroot "$directory/runroot"
    --storage-driver vfs secret)
  if ((EUID)) && ! "${podman[@]}" ls >>"$directory/log" 2>&1; then
    printf 'skipped: podman does not run here as this user; run: apt-get install uidmap\n'
    exit 77
  fi
  # podman has no command that replaces a secret in Debian 12.
  # shellcheck disable=SC2016  # for the inner shell
  put=(bash -c '"$@" rm influxdb; exec "$@" create influxdb -' put "${podman[@]}")
  put_broken=("${podman[@]}" create not/a/name -)
  # shellcheck disable=SC2016
  get=(bash -c 'sed -n "s/^ *\"[0-9a-f]*\": \"\(.*\)\".*/\1/p" "$0" | base64 -d'
    "$directory/root/secrets/filedriver/secretsdata.json")
}

prepare_secret_tool() {
  need secret-tool libsecret-tools
  need gnome-keyring-daemon gnome-keyring
  need dbus-daemon dbus
  need dbus-send dbus
  export DBUS_SESSION_BUS_ADDRESS=unix:path=$directory/bus XDG_RUNTIME_DIR=$directory
  # A bus that starts no services: none but the keyring below can response.
  printf '%s\n' "<busconfig><type>session</type><listen>$DBUS_SESSION_BUS_ADDRESS</listen>" \
    '<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>' \
    '<allow own="*"/></policy></busconfig>' >"$directory/bus.conf"
  dbus-daemon --config-file="$directory/bus.conf" --nofork --nopidfile >>"$directory/log" 2>&1 &
  daemons+=($!)
  await test -S "$directory/bus"
  # A copy lacks the capability to lock memory, which a container may refuse to grant.
  cp "$(command -v gnome-keyring-daemon)" "$directory/keyring"
  "$directory/keyring" --foreground --components=secrets --control-directory="$directory/control" \
    --unlock <<<throw-away >>"$directory/log" 2>&1 &
  daemons=($! "${daemons[@]}")
  await dbus-send --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets
  put=(secret-tool store --label=InfluxDB service influxdb)
  put_broken=(env DBUS_SESSION_BUS_ADDRESS="unix:path=$directory/no-bus" "${put[@]}")
  get=(secret-tool lookup service influxdb)
}

prepare_systemd_creds() {
  need systemd-creds systemd
  [[ -s /etc/machine-id ]] || die "no /etc/machine-id; as root: systemd-machine-id-setup"
  # A host key of the test's own, in place of root's /var/lib/systemd/credential.secret.
  export SYSTEMD_CREDENTIAL_SECRET=$directory/host.secret
  local encrypt=(systemd-creds encrypt --with-key=host --name=influxdb -)
  put=("${encrypt[@]}" "$directory/influxdb.cred")
  put_broken=("${encrypt[@]}" "$directory/no-directory/influxdb.cred")
  get=(systemd-creds decrypt --name=influxdb "$directory/influxdb.cred" -)
}

# With Debian's client: Vault's own is in no package.
prepare_vault() {
  start_server hvac python3-hvac
  export VAULT_ADDR=http://$server
  local secrets='hvac.Client(os.environ["VAULT_ADDR"], os.environ["VAULT_TOKEN"]).secrets.kv.v2'
  local store=("$python" -c "import hvac, os, sys
$secrets \\
  .create_or_update_secret(\"influxdb\", {\"token\": sys.stdin.read()})")
  put=(env VAULT_TOKEN=right "${store[@]}")
  put_broken=(env VAULT_TOKEN=wrong "${store[@]}")
  get=(env VAULT_TOKEN=right "$python" -c "import hvac, os, sys
response = $secrets.read_secret_version(\"influxdb\")
sys.stdout.write(response[\"data\"][\"data\"][\"token\"])")
}

declare -F "prepare_${store//-/_}" >/dev/null || die "unknown store"
# Nothing of the caller's: no configuration, no credential, no store, no proxy.
unset "${!INFLUXCTL_@}" "${!PASSWORD_STORE_@}" "${!XDG_@}" "${!AWS_@}" "${!GH_@}" "${!VAULT_@}"
unset KUBECONFIG CREDENTIALS_DIRECTORY GITHUB_TOKEN
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY SSL_CERT_FILE SSL_CERT_DIR
directory=$(mktemp -d "${TMPDIR:-/tmp}/stores.XXXXXX")
export LC_ALL=C.UTF-8 HOME=$directory/home
mkdir "$HOME"
start_sandbox
"prepare_${store//-/_}"

expect_newline
"$influxctl" management create --description pipe 2>>"$directory/log" |
  "${put[@]}" >>"$directory/log" 2>&1 || die "the pipe failed"
expect_stored pipe
"$influxctl" management create --description command -- "${put[@]}" >>"$directory/log" 2>&1 ||
  die "the command after -- failed"
expect_stored command
expect_revoked_after_failure
