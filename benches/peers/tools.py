"""The tools that are compared: how each is set up, run, and what it answered."""

import json
import os
import pathlib
import shutil
import tempfile
import subprocess
import tomllib

import fixture
import measure

HERE = pathlib.Path(__file__).resolve().parent


class Project:
    """A folder with a tool's files, and a home of its own: nothing is left from another run.

    `right` is what is to be found: repository to tag and digest. `authority` is the file of the certificate authority
    that the host's TLS is of; without it the host speaks plain HTTP.
    """

    def __init__(self, work, host, right, authority=None):
        # A new folder, and none is removed before the end: some file systems take long to make files where
        # others were removed a moment ago.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="project-", dir=work))
        (self.folder / "home").mkdir(parents=True)
        self.host, self.right, self.authority = host, right, authority

    def environment(self):
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        home = str(self.folder / "home")
        return kept | {"HOME": home, "XDG_CACHE_HOME": home + "/cache", "XDG_STATE_HOME": home + "/state"}

    def run(self, command, environment=None):
        return measure.run(command, self.folder, environment or self.environment())


class Imagelock:
    name = "imagelock"
    policies = {
        "semver": 'constraint = "^1"',
        "newest-build": 'strategy = "newest-build", allow-tags = "glob:main-*"',
    }

    def __init__(self, program):
        self.program = str(program)

    def can(self, scenario):
        return True

    def version(self):
        return told([self.program, "--version"])

    def set_up(self, project, scenario):
        lines = ["version = 1", f'[registries."{project.host}"]']
        if project.authority:
            lines += [f'ca-file = "{project.authority}"', "plain-http = false"]
        if scenario.inventory:
            lines.append('api = "harbor"')
        lines.append("[images]")
        for repository in project.right:
            name = repository.replace("/", "-")
            lines.append(f'{name} = {{ image = "{project.host}/{repository}", {self.policies[scenario.policy]} }}')
        (project.folder / "images.toml").write_text("\n".join(lines) + "\n")

    def cold(self, project):
        return project.run([self.program, "lock", "--quiet"])

    def warm(self, project):
        return project.run([self.program, "update", "--quiet"])

    def answers(self, project):
        lock = project.folder / "images.lock"
        if not lock.exists():
            return {}
        images = tomllib.loads(lock.read_text()).get("image", [])
        host = len(project.host) + 1
        return {image["image"][host:]: [image["tag"], image["digest"]] for image in images}


class Loop:
    """A shell loop over the repositories: list the tags, choose one, ask for its digest."""

    def __init__(self, program, jobs, tokens, version):
        self.program, self.jobs, self.tokens = program, jobs, tokens
        self.name = f"{program} loop, {jobs} jobs"
        self.version_is = version
        self.script = HERE / "loops" / f"{program}.sh"

    def can(self, scenario):
        # A loop keeps nothing.
        return not scenario.warm and (self.tokens or scenario.tokens == "none")

    def version(self):
        return told([self.program, self.version_is])

    def set_up(self, project, scenario):
        lines = "".join(repository + "\n" for repository in project.right)
        (project.folder / "repositories").write_text(lines)

    def cold(self, project):
        each = f"xargs -P {self.jobs} -n 1 bash {self.script} {project.host} {HERE}/choose.py"
        environment = project.environment()
        if project.authority:
            environment["SSL_CERT_FILE"] = str(project.authority)
        return project.run(["bash", "-c", f"{each} < repositories > answers"], environment)

    def answers(self, project):
        lines = (project.folder / "answers").read_text().splitlines()
        rows = (line.split() for line in lines)
        return {row[0]: row[1:] for row in rows if len(row) == 3}


class Renovate:
    """Renovate with `--platform=local` over Compose files; its answers are those of its report."""

    name = "Renovate"

    def __init__(self, program):
        self.program = str(pathlib.Path(program).resolve())

    def can(self, scenario):
        return True

    def version(self):
        return "renovate " + told([self.program, "--version"])

    def set_up(self, project, scenario):
        # It looks at five files at once, and at five images of each.
        images = list(project.right.items())
        for begin in range(0, len(images), 10):
            lines = ["services:"]
            for repository, (best, _) in images[begin : begin + 10]:
                name = repository.replace("/", "-")
                lines += [f"  {name}:", f"    image: {project.host}/{repository}:{fixture.oldest(best)}"]
            (project.folder / f"compose-{begin}.yml").write_text("\n".join(lines) + "\n")
        rule = {
            "matchDatasources": ["docker"],
            "pinDigests": True,
            "separateMinorPatch": False,
            "separateMajorMinor": True,
        }
        host = {
            "hostType": "docker",
            "matchHost": project.host,
            "insecureRegistry": not project.authority,
            "concurrentRequestLimit": 0,
            "maxRequestsPerSecond": 0,
        }
        settings = {
            "enabledManagers": ["docker-compose"],
            "packageRules": [rule],
            "hostRules": [host],
            "onboarding": False,
            "requireConfig": "ignored",
            "reportType": "file",
            "reportPath": str(project.folder / "report.json"),
        }
        (project.folder / "config.json").write_text(json.dumps(settings))

    def cold(self, project):
        # A run that fails must not be judged by the report of another.
        (project.folder / "report.json").unlink(missing_ok=True)
        environment = project.environment() | {
            "RENOVATE_CONFIG_FILE": str(project.folder / "config.json"),
            "RENOVATE_BASE_DIR": str(project.folder / "home/renovate"),
            "LOG_LEVEL": "error",
        }
        if project.authority:
            environment["NODE_EXTRA_CA_CERTS"] = str(project.authority)
        return project.run([self.program, "--platform=local", "--dry-run=lookup"], environment)

    # Its caches are in the project's home.
    warm = cold

    def answers(self, project):
        report = project.folder / "report.json"
        if not report.exists():
            return {}
        found = {}
        for repository in json.loads(report.read_text())["repositories"].values():
            for files in repository.get("packageFiles", {}).values():
                for dependency in (one for file in files for one in file["deps"]):
                    for update in dependency.get("updates", []):
                        if update["updateType"] in ("minor", "patch"):
                            name = dependency["packageName"].split("/", 1)[1]
                            found[name] = [update["newValue"], update.get("newDigest", "")]
        return found


def told(command):
    """Returns the version that a command prints, without what it was built with."""
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()[0].partition(" (")[0]


def others(renovate):
    """Returns the tools besides imagelock that this machine has."""
    loops = [
        Loop("curl", 8, False, "--version"),
        Loop("skopeo", 8, True, "--version"),
        Loop("crane", 8, True, "version"),
    ]
    found = [loop for loop in loops if shutil.which(loop.program)]
    if renovate:
        found.append(Renovate(renovate))
    return found
