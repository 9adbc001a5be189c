#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/e2e/automation_test.py INFLUXCTL SANDBOX RECIPES RECIPE

Runs a recipe of docs/automation.md (RECIPES), as the page has it. Of systemd, kubernetes, github and
gitlab the old token is due: the store must get the successor, to the byte, and the old one must be
revoked. On the day after, with the successor, it must do nothing. A store that fails must leave the
old one. vault creates a token from nothing. Places and names of hosts are the test's own; nothing
else of the recipe is changed.
INFLUXCTL_TEST_BINARY names another influxctl than the argument does.
"""

import base64
import functools
import hashlib
import http.server
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True
from cluster import PATIENCE, Cluster  # noqa: E402  pylint: disable=wrong-import-position

MODULES = {"kubernetes": ("kubernetes", "python3-kubernetes"), "github": ("nacl", "python3-nacl")}


def skip(what, package):
    print(f"skipped: there is no {what}; run: apt-get install {package}")
    sys.exit(77)


def need(program, package):
    if not shutil.which(program):
        skip(program, package)


def need_module(name, package):
    """Imports it; from Debian's own Python where this one lacks it."""
    try:
        return __import__(name)
    except ImportError:
        if sys.executable == "/usr/bin/python3" or not os.access("/usr/bin/python3", os.X_OK):
            skip(f"module {name} of Python", package)
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])


def expect(what, got, wanted):
    if got != wanted:
        raise SystemExit(f"FAILED: {what}\n  got    {got!r}\n  wanted {wanted!r}")


class Recipe:
    """What the recipes share: a cluster, a token of it that is due, the files of the page."""

    def __init__(self, directory):
        influxctl, sandbox, page, _ = sys.argv[1:]
        self.directory = Path(directory)
        self.page = Path(page).read_text(encoding="utf-8")
        (self.directory / "bin").mkdir()
        (self.directory / "bin/influxctl").symlink_to(
            Path(os.environ.get("INFLUXCTL_TEST_BINARY", influxctl)).resolve())
        self.cluster = Cluster(sandbox, "--directory", self.directory / "cluster")
        self.ready = self.cluster.ready
        self.stores = None
        rotations = re.findall(r"rotate[\s-]+--self(.*?)\s--\s", self.page, re.S)
        expect("rotations of the page without --timeout 10m", len(rotations) >= 5 and
               [text for text in rotations if not re.search("--timeout[ =]10m", text)], [])
        self.environment = {
            "PATH": f"{directory}/bin:{os.environ['PATH']}", "HOME": directory, "LANG": "C.UTF-8"}
        # The first credential is the administrator's; the recipes hold tokens of their own.
        self.token = self.run(["influxctl", "management", "create", "--expires-in", "7d",
                               "--description", "timer"],
                              INFLUXCTL_CONFIG=self.ready["config"]).stdout

    def start_stores(self):
        self.stores = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("store_server.py"), self.directory],
            stdin=subprocess.PIPE)
        end = time.monotonic() + PATIENCE
        while not (self.directory / "port").exists():
            assert time.monotonic() < end and self.stores.poll() is None, "no stand-in of the store"
            time.sleep(0.02)
        return "127.0.0.1:" + (self.directory / "port").read_text()

    def close(self):
        self.cluster.stop()
        if self.stores:
            self.stores.stdin.close()
            self.stores.wait(PATIENCE)

    def file(self, name):
        """The block of the page whose first line, or second after #!, is this comment."""
        blocks = re.findall(r"^```\w+\n(.*?)^```$", self.page, re.M | re.S)
        found = [block for block in blocks if f"# {name}\n" in block.split("\n\n")[0] + "\n"
                 and f"# {name}" in block.splitlines()[:2]]
        expect(f"blocks named {name}", len(found), 1)
        return found[0]

    def run(self, command, check=True, **environment):
        result = subprocess.run(command, cwd=self.directory, check=False, timeout=PATIENCE,
                                env=self.environment | environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if check and result.returncode:
            raise SystemExit(f"FAILED: {command}: {result.returncode}\n{result.stderr.decode()}")
        return result

    def bash(self, script, check=True, **environment):
        """As GitHub and GitLab run a script."""
        return self.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], check,
                        **environment)

    def here(self, config):
        """The page's configuration, with this test's cluster in place of the example's."""
        config = config.replace("cluster.example.com", "localhost")
        return (config.rstrip() + f"\nport = {self.ready['port']}\n"
                f"tls = {{ ca = \"{self.ready['ca']}\" }}\n")

    def with_cluster(self, lines):
        """A job's script, whose configuration gets this test's cluster after it is written."""
        script = "\n".join(lines)
        (self.directory / "here").write_text(self.here(""))
        expect("lines that write the configuration", script.count(">config.toml\n"), 1)
        return script.replace(">config.toml\n", ">config.toml\ncat here >>config.toml\n").replace(
            "cluster.example.com", "localhost")

    def live(self):
        tokens = json.loads(self.run(["influxctl", "management", "list", "--format", "json",
                                      "--live"], INFLUXCTL_CONFIG=self.ready["config"]).stdout)
        return [token["id"] for token in tokens]

    def expect_stored(self, token, ids):
        """The cluster accepts what the store has, and it is the token of that id."""
        own = json.loads(self.run(["influxctl", "auth", "status", "--format", "json"],
                                  INFLUXCTL_CONFIG=self.ready["config"],
                                  INFLUXCTL_MGMT_TOKEN=token.decode()).stdout)
        expect("the token in the store", [own["accepted"], own["token_id"]], [True, *ids])

    def rotate(self, run, stored):
        """Runs it thrice: with a store that fails, when due, and the day after."""
        old = self.live()
        expect("a store that fails", run(self.token, broken=True).returncode, 8)
        expect("the tokens after a store that failed", self.live(), old)
        self.cluster.send('{"refuse_new":2}')
        first = run(self.token, broken=False)
        expect(f"the run when due: {first.stderr.decode()}", first.returncode, 0)
        successor = self.live()
        expect("tokens that are live", len(successor), 1)
        expect("the old one is not among them", successor == old, False)
        self.expect_stored(stored(), successor)
        second = run(stored(), broken=False)
        expect("the run on the day after", second.returncode, 0)
        expect("what it says", b"it is not due, and nothing was done" in second.stderr, True)
        expect("the tokens then", self.live(), successor)


def systemd(recipe):
    """The units are read by systemd; what ExecStart says is run."""
    need("systemd-analyze", "systemd")
    need("systemd-creds", "systemd")
    root = recipe.directory / "root"
    recipe.environment["SYSTEMD_CREDENTIAL_SECRET"] = str(recipe.directory / "host.secret")

    def place(name, text, mode=0o600):
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"/(etc|usr/local|run)/(?=cred|influxctl|lib)", rf"{root}/\1/", text)
        path.write_text(text.replace("/usr/local/bin", f"{recipe.directory}/bin"))
        path.chmod(mode)
        return path

    service = place("/etc/systemd/system/influxctl-rotate.service",
                    recipe.file("/etc/systemd/system/influxctl-rotate.service"))
    timer = place("/etc/systemd/system/influxctl-rotate.timer",
                  recipe.file("/etc/systemd/system/influxctl-rotate.timer"))
    keep = recipe.file("/usr/local/lib/influxctl/keep-token").replace(
        "systemd-creds encrypt", "systemd-creds encrypt --with-key=host")
    store = place("/usr/local/lib/influxctl/keep-token", keep, 0o755)
    place("/etc/influxctl/config.toml", recipe.here(
        recipe.file("/etc/influxctl/config.toml").replace("[profile.auth.token]\n", "")
        .replace("token_file", "auth.token.token_file")))
    (root / "etc/credstore.encrypted").mkdir()
    verified = recipe.run(["systemd-analyze", "verify", service, timer])
    expect("what systemd says of the units", verified.stderr.decode(), "")

    text = service.read_text().replace("\\\n", " ")
    command = shlex.split(re.search(r"^ExecStart=(.*)$", text, re.M)[1])
    name, file = re.search(r"^LoadCredentialEncrypted=(\w+):(.*)$", text, re.M).groups()
    decrypt = ["systemd-creds", "decrypt", f"--name={name}", file, "-"]

    def stored():
        return recipe.run(decrypt).stdout

    def run(token, broken):
        place("/run/credentials/influxctl-rotate.service/influxdb", token.decode())
        before = Path(file).read_bytes()
        if broken:
            store.write_text(store.read_text().replace("--name=influxdb", "--name=a/b"))
        result = recipe.run(command, check=False)
        if broken:
            expect("the credential after a failure", Path(file).read_bytes(), before)
            place("/usr/local/lib/influxctl/keep-token", keep, 0o755)
        return result

    subprocess.run([store], input=recipe.token, check=True, env=recipe.environment)
    recipe.rotate(run, stored)


def kubernetes(recipe):
    """The manifest is held against Kubernetes' own types; its command is run."""
    need("kubectl", "kubernetes-client")
    yaml = need_module("yaml", "python3-yaml")
    client = need_module("kubernetes", "python3-kubernetes").client
    kinds = {"v1": "V1", "batch/v1": "V1", "rbac.authorization.k8s.io/v1": "V1"}

    def check(value, kind, path):
        """Every field is known and of its type, and none that is required is missing."""
        if inner := re.fullmatch(r"(?:list\[(.*)\]|dict\(str, (.*)\))", kind):
            items = enumerate(value) if inner[1] else value.items()
            expect(f"the type of {path}", type(value), list if inner[1] else dict)
            for key, item in items:
                check(item, inner[1] or inner[2], f"{path}.{key}")
        elif hasattr(client, kind):
            model = getattr(client, kind)
            fields = {json_name: name for name, json_name in model.attribute_map.items()}
            expect(f"unknown fields of {path}", set(value) - set(fields), set())
            for name, item in value.items():
                check(item, model.openapi_types[fields[name]], f"{path}.{name}")
            # The model's constructor and setters refuse what is missing or out of range.
            model(**{fields[name]: item for name, item in value.items()})
        else:
            expect(f"the type of {path}", type(value).__name__, {"object": "dict"}.get(kind, kind))

    objects = list(yaml.safe_load_all(recipe.file("influxctl-rotate.yaml")))
    by_kind = {item["kind"]: item for item in objects}
    for item in objects:
        kind = kinds[item["apiVersion"]] + item["kind"]
        if kind == "V1RoleBinding":  # whose subjects have other names in other versions
            subjects = "V1Subject" if hasattr(client, "V1Subject") else "RbacV1Subject"
            check(item["subjects"], f"list[{subjects}]", "RoleBinding.subjects")
            item = {key: item[key] for key in item if key != "subjects"}
        check(item, kind, item["kind"])
    expect("what the role allows", by_kind["Role"]["rules"], [
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["influxdb-management"],
         "verbs": ["patch"]}])

    pod = by_kind["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    secret = [env["valueFrom"]["secretKeyRef"] for env in container["env"] if "valueFrom" in env]
    expect("the secret that the job reads", secret, [{"name": "influxdb-management", "key": "token"}])
    config = recipe.directory / "config.toml"
    config.write_text(recipe.here(by_kind["ConfigMap"]["data"]["config.toml"]))
    server = recipe.start_stores()

    def run(token, broken):
        kubeconfig = recipe.directory / "kubeconfig"
        kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "clusters": [{"name": "here", "cluster": {"server": f"http://{server}"}}],
            "contexts": [{"name": "here", "context": {
                "cluster": "here", "user": "", "namespace": "refused" if broken else "influxdb"}}]}))
        return recipe.run(container["command"], check=False, INFLUXCTL_CONFIG=str(config),
                          INFLUXCTL_MGMT_TOKEN=token.decode(), KUBECONFIG=str(kubeconfig))

    recipe.rotate(run, (recipe.directory / "value").read_bytes)
    requests = (recipe.directory / "requests").read_text().split("\n")
    expect("what it asked of the secret", {line for line in requests if "/secrets/" in line}, {
        "PATCH /api/v1/namespaces/refused/secrets/influxdb-management 403",
        "PATCH /api/v1/namespaces/influxdb/secrets/influxdb-management 200"})


def github(recipe):
    """The steps run in bash, with the variables that a runner sets."""
    need("gh", "gh")
    need_module("nacl", "python3-nacl")
    yaml = need_module("yaml", "python3-yaml")
    workflow = yaml.safe_load(recipe.file(".github/workflows/influxdb-token.yml"))
    steps = workflow["jobs"]["rotate"]["steps"]
    server = recipe.start_stores()
    recipe.environment |= workflow["env"] | {
        "GITHUB_REPOSITORY": "OWNER/REPO", "GITHUB_RUN_ID": "42",
        "GITHUB_ENV": str(recipe.directory / "github-env"),
        # gh speaks plain HTTP to this name alone, which the proxy is asked for.
        "GH_HOST": "github.localhost", "HTTP_PROXY": f"http://{server}"}

    def with_secrets(step, secrets):
        return {name: re.sub(r"\$\{\{ secrets\.(\w+) \}\}", lambda found: secrets[found[1]], value)
                for name, value in step.get("env", {}).items()}

    def run(token, broken):
        secrets = {"INFLUXCTL_MGMT_TOKEN": token.decode(),
                   "SECRETS_WRITER": "wrong" if broken else "right"}
        for step in steps:
            result = recipe.bash(step["run"], check=False, **with_secrets(step, secrets))
            config = recipe.directory / "config.toml"
            if step is steps[0]:
                config.write_text(recipe.here(config.read_text()))
        return result

    recipe.rotate(run, (recipe.directory / "value").read_bytes)

    step = yaml.safe_load(recipe.file("a step of a job"))
    secrets = {"INFLUXCTL_MGMT_TOKEN": (recipe.directory / "value").read_text()}
    result = recipe.bash(step["run"], **with_secrets(step, secrets))
    variable = (recipe.directory / "github-env").read_text()
    token = re.fullmatch(r"INFLUX_TOKEN=(M\.V1\..*)\n", variable)[1]
    expect("what the runner reads", result.stdout.decode(), f"::add-mask::{token}\n")
    expect("the token is nowhere else", token in result.stderr.decode(), False)


def gitlab(recipe):
    """The script runs in bash, with the variables that a runner sets."""
    need("curl", "curl")
    yaml = need_module("yaml", "python3-yaml")
    job = yaml.safe_load(recipe.file(".gitlab-ci.yml"))["rotate-influxdb-token"]
    server = recipe.start_stores()
    script = recipe.with_cluster(job["script"])

    def run(token, broken):
        return recipe.bash(script, check=False, **job["variables"], CI_PROJECT_ID="1",
                           CI_API_V4_URL=f"http://{server}/api/v4",
                           VARIABLES_WRITER="wrong" if broken else "right",
                           INFLUXCTL_MGMT_TOKEN=token.decode())

    recipe.rotate(run, (recipe.directory / "value").read_bytes)


VAULT = """#!/bin/sh
case $* in
  "write -field=token auth/jwt/login role=influxdb jwt=-") [ "$(cat)" = "a JWT" ] && echo right ;;
  "kv put -mount=secret influxdb token=-") [ "$VAULT_TOKEN" = right ] && cat >value ;;
  *) exit 2 ;;
esac
"""


def vault(recipe):
    """The script runs where influxctl is not installed; a script plays Vault's client."""
    need("wget", "wget")
    yaml = need_module("yaml", "python3-yaml")
    job = yaml.safe_load(recipe.file(".gitlab-ci.yml, a job that someone starts"))[
        "new-influxdb-token"]
    variables = job["variables"]
    influxctl = (recipe.directory / "bin/influxctl").resolve()
    downloads = recipe.directory / "downloads"
    downloads.mkdir()
    with tarfile.open(downloads / variables["ARCHIVE"], "w:gz") as archive:
        archive.add(influxctl, variables["ARCHIVE"].removesuffix(".tar.gz") + "/bin/influxctl")
    digest = hashlib.sha256((downloads / variables["ARCHIVE"]).read_bytes()).hexdigest()
    (downloads / "SHA256SUMS").write_text(f"{digest}  {variables['ARCHIVE']}\n{'0' * 64}  other\n")
    (recipe.directory / "client").mkdir()
    (recipe.directory / "client/vault").write_text(VAULT)
    (recipe.directory / "client/vault").chmod(0o755)
    script = recipe.with_cluster(job["script"])
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=downloads)
    handler.func.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def run(jwt):
            for name in (variables["ARCHIVE"], "SHA256SUMS"):
                (recipe.directory / name).unlink(missing_ok=True)
            shutil.rmtree(recipe.directory / "tool", ignore_errors=True)
            path = recipe.environment["PATH"].replace("/bin:", "/client:", 1)
            return recipe.bash(script, check=False, **variables | {
                "DOWNLOADS": f"http://127.0.0.1:{server.server_port}"}, PATH=path,
                no_proxy="127.0.0.1,localhost", VAULT_JWT=jwt, CI_PIPELINE_ID="42",
                INFLUXCTL_MGMT_TOKEN=recipe.token.decode())

        before = recipe.live()
        expect("a login that fails", run("another").returncode != 0, True)
        expect("the tokens then", recipe.live(), before)
        done = run("a JWT")
        expect(f"the job: {done.stderr.decode()}", done.returncode, 0)
        made = [token for token in recipe.live() if token not in before]
        recipe.expect_stored((recipe.directory / "value").read_bytes(), made)
        (downloads / variables["ARCHIVE"]).write_bytes(b"another file")
        expect("a file that is not the release's", run("a JWT").returncode != 0, True)
        server.shutdown()


def main():
    recipes = {"systemd": systemd, "kubernetes": kubernetes, "github": github, "gitlab": gitlab,
               "vault": vault}
    if sys.argv[4] != "systemd":  # before there is anything to clean up, as it may begin anew
        need_module("yaml", "python3-yaml")
    if sys.argv[4] in MODULES:
        need_module(*MODULES[sys.argv[4]])
    with tempfile.TemporaryDirectory(prefix="automation.") as directory:
        recipe = Recipe(directory)
        try:
            recipes[sys.argv[4]](recipe)
        finally:
            recipe.close()
    print(f"{sys.argv[4]}: the store has the token, and a failure leaves things as they were")


if __name__ == "__main__":
    main()
