"""What the program is made of: `python -m tests.supply audit` and `sbom`, for `make`.

Both read `requirements.lock`, whose every line is pinned with its hashes, and write to `build/`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK, BUILD = Path("requirements.lock"), Path("build")
UNREACHABLE = "audit: the database of advisories cannot be reached; nothing was looked up"
BIN = Path(sys.executable).parent


def audit() -> int:
    """Look every pinned package up among the known vulnerabilities; 1 if any has one, 2 if not."""
    BUILD.mkdir(exist_ok=True)
    file = BUILD / "audit.json"
    file.unlink(missing_ok=True)
    words = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "-f", "json"]
    command = [BIN / "pip-audit", *words, "-o", file, "-r", LOCK]
    ended = subprocess.run(command, capture_output=True, check=False)
    tree = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if all("skip_reason" in package for package in tree.get("dependencies", ())):
        sys.stderr.write(f"{UNREACHABLE} (pip-audit ended with {ended.returncode})\n")
        return 2
    lines, said = audited(tree)
    sys.stdout.write("".join(f"{line}\n" for line in [*lines, said]))
    return 1 if lines else 0


def audited(tree: dict[str, Any]) -> tuple[list[str], str]:
    """A line a vulnerability, and the sum of all; a package that was left out counts as one."""
    packages = tree["dependencies"]
    lines = [
        f"{package['name']} {package['version']}: {each['id']}, mended in "
        f"{', '.join(each['fix_versions']) or 'no version yet'}"
        for package in packages
        for each in package.get("vulns", ())
    ]
    lines += [f"{x['name']}: it was not found there" for x in packages if "skip_reason" in x]
    return lines, f"audit: {len(packages)} pinned packages, {len(lines)} findings"


def sbom() -> int:
    """Write the bill of materials of the lock in CycloneDX's form, the same for the same lock."""
    BUILD.mkdir(exist_ok=True)
    words = ["requirements", LOCK, "--pyproject", "pyproject.toml", "--output-reproducible"]
    command = [BIN / "cyclonedx-py", *words, "-o", "-"]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    tree = of_no_registry(json.loads(made.stdout))
    (BUILD / "sbom.json").write_text(json.dumps(tree, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"sbom: {len(tree['components'])} components in {BUILD / 'sbom.json'}\n")
    return 0


def of_no_registry(tree: dict[str, Any]) -> dict[str, Any]:
    """Bill whose packages are named by their package URL, wherever they are had from."""
    for tool in tree["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)
    for component in tree["components"]:
        for reference in component.get("externalReferences", ()):
            if reference["type"] == "distribution":
                reference["url"] = component["purl"]
    return tree


if __name__ == "__main__":
    sys.exit({"audit": audit, "sbom": sbom}[sys.argv[1]]())
