"""Starts the registry and the proxy, and ends them."""

import json
import pathlib
import socket
import subprocess
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Registry:
    """A docker-registry over a folder."""

    def __init__(self, folder, work):
        self.port = free_port()
        config = pathlib.Path(work) / "registry.yml"
        config.write_text(
            "version: 0.1\n"
            "log: {level: error, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {folder}}}, cache: {{blobdescriptor: inmemory}}}}\n"
            f"http: {{addr: '127.0.0.1:{self.port}'}}\n"
        )
        self.process = subprocess.Popen(
            ["docker-registry", "serve", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v2/").close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("docker-registry does not start")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Proxy:
    """The proxy before a server."""

    def __init__(self, program, upstream, work, scenario):
        arguments = [str(program), "--upstream", upstream, "--round-trip", str(scenario.milliseconds)]
        arguments += ["--tokens", scenario.tokens]
        self.authority = self.answers = None
        if scenario.tls:
            arguments += ["--tls", str(work)]
            self.authority = pathlib.Path(work) / "ca.pem"
        if scenario.rate:
            arguments += ["--rate", str(scenario.rate)]
        if scenario.from_memory:
            arguments.append("--from-memory")
        if scenario.inventory:
            self.answers = pathlib.Path(work) / "inventory.json"
            arguments += ["--inventory", str(self.answers)]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        self.port, self.control = map(int, self.process.stdout.readline().split())

    def right(self):
        """Returns what is right at the registry that tells dates, which is the proxy's own."""
        return json.loads(self.answers.read_text())

    @property
    def host(self):
        return f"localhost:{self.port}"

    def counts(self):
        """Returns the requests since the last call, by kind; a limit begins anew with this."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.control}/") as answer:
            return json.load(answer)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def build():
    """Builds the proxy; returns the program."""
    command = ["cargo", "build", "--profile", "peers-proxy", "--bench", "peers-proxy", "--message-format", "json"]
    built = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True, check=True)
    for line in built.stdout.splitlines():
        message = json.loads(line)
        if message.get("target", {}).get("name") == "peers-proxy" and message.get("executable"):
            return message["executable"]
    raise SystemExit("cargo built no proxy")
