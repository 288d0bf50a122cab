"""The tools that are compared: how each is set up, run, and what it answered."""

import json
import os
import pathlib
import re
import shutil
import tomllib

import measure

HERE = pathlib.Path(__file__).resolve().parent


class Project:
    """A folder with a tool's files, and a home of its own: nothing is left from another run."""

    def __init__(self, work, host, repositories, authority=None):
        self.folder = pathlib.Path(work) / "project"
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "home").mkdir(parents=True)
        self.host, self.repositories, self.authority = host, repositories, authority

    def environment(self):
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        home = str(self.folder / "home")
        return kept | {"HOME": home, "XDG_CACHE_HOME": home + "/cache", "XDG_STATE_HOME": home + "/state"}

    def run(self, command):
        return measure.run(command, self.folder, self.environment())


class Imagelock:
    name = "imagelock"
    policies = {
        "semver": 'constraint = "^1"',
        "newest-build": 'strategy = "newest-build", allow-tags = "glob:main-*"',
    }

    def __init__(self, program):
        self.program = str(program)

    def set_up(self, project, policy="semver"):
        lines = ["version = 1"]
        if project.authority:
            lines += [f'[registries."{project.host}"]', f'ca-file = "{project.authority}"', "plain-http = false"]
        lines.append("[images]")
        for repository in project.repositories:
            name = repository.replace("/", "-")
            lines.append(f'{name} = {{ image = "{project.host}/{repository}", {self.policies[policy]} }}')
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

    warm = None

    def __init__(self, name, needs, jobs):
        self.name, self.needs, self.jobs = f"{name} loop, {jobs} jobs", needs, jobs
        self.script = HERE / "loops" / f"{name}.sh"

    def set_up(self, project, policy="semver"):
        lines = "".join(repository + "\n" for repository in project.repositories)
        (project.folder / "repositories").write_text(lines)

    def cold(self, project):
        each = f"xargs -P {self.jobs} -n 1 bash {self.script} {project.host} {HERE}/choose.py"
        command = ["bash", "-c", f"{each} < repositories > answers"]
        return project.run(command)

    def answers(self, project):
        lines = (project.folder / "answers").read_text().splitlines()
        rows = (line.split() for line in lines)
        return {row[0]: row[1:] for row in rows if len(row) == 3}


class Renovate:
    """Renovate with `--platform=local` over a Compose file; its answers are those of its report."""

    warm = None
    name = "Renovate"

    def __init__(self, program):
        self.program = str(program)

    def set_up(self, project, policy="semver"):
        lines = ["services:"]
        for repository in project.repositories:
            name = repository.replace("/", "-")
            lines += [f"  {name}:", f"    image: {project.host}/{repository}:1.0.0"]
        (project.folder / "docker-compose.yml").write_text("\n".join(lines) + "\n")
        rule = {"matchDatasources": ["docker"], "versioning": "docker", "pinDigests": True}
        settings = {
            "enabledManagers": ["docker-compose"],
            "packageRules": [rule | {"separateMinorPatch": False}],
            "hostRules": [{"matchHost": project.host, "insecureRegistry": True, "concurrentRequestLimit": 0}],
            "onboarding": False,
            "requireConfig": "ignored",
            "platform": "local",
            "reportType": "file",
            "reportPath": str(project.folder / "report.json"),
        }
        (project.folder / "config.js").write_text("module.exports = " + json.dumps(settings))

    def cold(self, project):
        environment = project.environment() | {
            "RENOVATE_CONFIG_FILE": str(project.folder / "config.js"),
            "LOG_LEVEL": "error",
        }
        command = [self.program, "--platform=local", "--dry-run=lookup"]
        return measure.run(command, project.folder, environment)

    def answers(self, project):
        report = project.folder / "report.json"
        if not report.exists():
            return {}
        found = {}
        for repository in json.loads(report.read_text())["repositories"].values():
            for files in repository.get("packageFiles", {}).values():
                for dependency in (one for file in files for one in file["deps"]):
                    updates = [one for one in dependency.get("updates", []) if re.match(r"^1\.", one["newValue"])]
                    if updates:
                        name = dependency["packageName"].split("/", 1)[1]
                        found[name] = [updates[-1]["newValue"], updates[-1].get("newDigest", "")]
        return found


def others(renovate):
    """Returns the tools besides imagelock that this machine has."""
    loops = [Loop("curl", "curl", 8), Loop("skopeo", "skopeo", 8), Loop("crane", "crane", 8)]
    found = [loop for loop in loops if shutil.which(loop.needs)]
    if renovate:
        found.append(Renovate(renovate))
    return found
