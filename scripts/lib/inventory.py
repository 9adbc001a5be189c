#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""inventory.py VERSION ARCH DIRECTORY LIBRARIES CURL COMPILER-PACKAGE

For scripts/package: writes what is inside the static file DIRECTORY/influxctl. `copyright` there has
all licences in full, `influxctl.spdx.json` is a software bill of materials (SPDX 2.3) with Debian's
versions. LIBRARIES and CURL are what scripts/build-static has fetched; COMPILER-PACKAGE is the
package of the compiler's archives.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse

# Debian's package that is linked, and the licence of what is linked of it.
LINKED = {
    "libc-ares-dev": "MIT",
    "libc6-dev": "LGPL-2.1-or-later",
    "libcli11-dev": "BSD-3-Clause",
    "libfmt-dev": "MIT",
    "libhowardhinnant-date-dev": "MIT",
    "libspdlog-dev": "MIT",
    "libssl-dev": "Apache-2.0",
    "libtomlplusplus-dev": "MIT",
    "libutf8proc-dev": "MIT",
    "nlohmann-json3-dev": "MIT",
}
# Linked where OpenSSL needs them, which the linker's map tells.
PERHAPS_LINKED = {"libzstd-dev": ("BSD-3-Clause", "/libzstd.a("), "zlib1g-dev": ("Zlib", "/libz.a(")}
COMPILER_LICENSE = "GPL-3.0-or-later WITH GCC-exception-3.1"


def output(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def component(name, version, license, notice, distribution):
    if not notice.is_file():
        sys.exit(f"inventory.py: {name} has no copyright file: {notice}")
    return {"name": name, "version": version, "license": license, "distribution": distribution,
            "notice": notice.read_text(encoding="utf-8", errors="replace")}


def curl_component(source):
    """libcurl: Debian's version where the source is Debian's, else upstream's."""
    changelog = source / "debian/changelog"
    if changelog.is_file():
        version = output("dpkg-parsechangelog", "-l", str(changelog), "-S", "Version")
        return component("curl", version, "curl", source / "debian/copyright", True)
    header = (source / "include/curl/curlver.h").read_text()
    version = re.search(r'#define LIBCURL_VERSION "(.*)"', header).group(1)
    return component("curl", version, "curl", source / "COPYING", False)


def components(link_map, libraries, curl, compiler):
    linked = LINKED | {package: license for package, (license, archive) in PERHAPS_LINKED.items()
                       if archive in link_map}
    found = [curl_component(curl)]
    for line in (libraries / "versions").read_text().splitlines():
        package, _, source, version = line.split()
        if package in linked:
            notice = libraries / "usr/share/doc" / package / "copyright"
            found.append(component(source, version, linked[package], notice, True))
    if len(found) != len(linked) + 1:
        sys.exit(f"inventory.py: not every library is in {libraries}/versions")
    source, version, built_using = output(
        "dpkg-query", "-W", "-f=${source:Package}|${source:Version}|${Built-Using}\n",
        compiler).splitlines()[0].split("|")
    if source.endswith("-cross"):  # packs what is built from the compiler's own source
        source = source.removesuffix("-cross")
        version = re.search(rf"{re.escape(source)} \(= (.+?)\)", built_using).group(1)
    notice = pathlib.Path("/usr/share/doc") / compiler / "copyright"
    found.append(component(source, version, COMPILER_LICENSE, notice, True))
    return sorted(found, key=lambda each: each["name"])


def title(text):
    return f"\n{text}\n{'=' * len(text)}\n\n"


def copyright_text(found):
    text = pathlib.Path("LICENSE").read_text()
    text += ("\nLibraries are linked into this program; their licences follow. Its source has\n"
             "scripts/build-static, which links it anew, with other libraries too.\n")
    for each in found:
        text += title(f"{each['name']} {each['version']}") + each["notice"]
    # The licences that Debian's copyright files name instead of quoting them.
    name = r"/usr/share/common-licenses/[A-Za-z0-9.+-]*[A-Za-z0-9+]"
    for file in sorted(set(re.findall(name, text))):
        text += title(file) + pathlib.Path(file).read_text()
    return text


def system():
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text()
                   .splitlines() if "=" in line)
    return release["ID"].strip('"'), release.get("VERSION_ID", "").strip('"')


def spdx_package(name, version, license):
    return {"name": name, "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
            "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": license, "licenseDeclared": license,
            "copyrightText": "NOASSERTION"}


def bill_of_materials(version, arch, binary, found):
    digest = hashlib.sha256(binary).hexdigest()
    distribution, release = system()
    program = spdx_package("influxctl", version, "MIT")
    program["primaryPackagePurpose"] = "APPLICATION"
    program["packageFileName"] = "influxctl"
    program["checksums"] = [{"algorithm": "SHA256", "checksumValue": digest}]
    packages, relationships = [program], [{
        "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
        "relatedSpdxElement": program["SPDXID"]}]
    for each in found:
        package = spdx_package(each["name"], each["version"], each["license"])
        quoted = urllib.parse.quote(each["version"], safe="~.-")
        where = f"pkg:deb/{distribution}" if each["distribution"] else "pkg:generic"
        locator = f"{where}/{each['name']}@{quoted}"
        if each["distribution"]:
            package["supplier"] = f"Organization: {distribution.capitalize()}"
            locator += f"?arch=source&distro={distribution}-{release}"
        package["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER",
                                    "referenceType": "purl", "referenceLocator": locator}]
        packages.append(package)
        relationships.append({"spdxElementId": program["SPDXID"],
                              "relationshipType": "STATIC_LINK",
                              "relatedSpdxElement": package["SPDXID"]})
    time = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]),
                                           datetime.timezone.utc)
    name = f"influxctl-{version}-linux-{arch}"
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
            "name": name, "documentNamespace": f"https://spdx.org/spdxdocs/{name}-{digest}",
            "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
                             "creators": ["Tool: influxctl-scripts-package"]},
            "packages": packages, "relationships": relationships}


def main():
    version, arch, directory, libraries, curl, compiler = sys.argv[1:]
    place = pathlib.Path(directory)
    found = components((place / "influxctl.map").read_text(errors="replace"),
                       pathlib.Path(libraries), pathlib.Path(curl), compiler)
    (place / "copyright").write_text(copyright_text(found))
    bill = bill_of_materials(version, arch, (place / "influxctl").read_bytes(), found)
    (place / "influxctl.spdx.json").write_text(json.dumps(bill, indent=2) + "\n")


if __name__ == "__main__":
    main()
