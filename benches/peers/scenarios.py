"""What is measured: each scenario is a set-up, and what imagelock is to reach in it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    images: int = 200
    milliseconds: int = 30
    tls: bool = False
    tokens: str = "none"
    # How many requests a second are answered, after as many at once.
    rate: int | None = None
    policy: str = "semver"
    warm: bool = False
    # Straight to the registry: nothing is counted then.
    direct: bool = False
    # A registry that tells dates, in place of the real one.
    inventory: bool = False
    # The proxy gives again what the registry answered in a run before: the registry's work does not count.
    from_memory: bool = False
    # Whether the other tools run as well.
    peers: bool = False

    # What is to be reached: at most these seconds, requests, seconds of CPU and MB,
    wall: float | None = None
    requests: int | None = None
    cpu: float | None = None
    memory: float | None = None
    # at most this many times what another scenario took,
    times: tuple[str, int] | None = None
    # and no request of this kind.
    never: str | None = None

    def least(self):
        """Returns the fewest seconds that the limit allows: a list of tags and a digest of each image are asked for."""
        return max(0, 2 * self.images - self.rate) / self.rate if self.rate else 0

    def most(self):
        """Returns how many seconds it may take."""
        return 1.5 * self.least() if self.rate else self.wall

    def again_from_memory(self):
        """Returns the same without the work of the registry."""
        return dataclasses.replace(
            self,
            name=self.name + "-memory",
            title=self.title + ", from memory",
            direct=False,
            from_memory=True,
            # The registry's work is a small part of theirs.
            peers=False,
            times=self.times and (self.times[0] + "-memory", self.times[1]),
        )


SCENARIOS = [
    Scenario("plain-30", "30 ms, plain HTTP", peers=True, wall=0.45, requests=402, cpu=0.20, memory=40),
    Scenario(
        "tokens-many",
        "30 ms, TLS, HTTP/2, tokens of many scopes",
        tls=True,
        tokens="many",
        peers=True,
        wall=0.7,
        requests=430,
    ),
    Scenario(
        "tokens-one",
        "30 ms, TLS, HTTP/2, tokens of one scope",
        tls=True,
        tokens="one",
        peers=True,
        wall=0.7,
        requests=602,
    ),
    Scenario("plain-0", "0 ms", milliseconds=0, direct=True, peers=True, wall=0.10),
    Scenario("unchanged-30", "30 ms, nothing changed", warm=True, peers=True, wall=0.45, never="manifest GET"),
    Scenario("h2-200", "30 ms, TLS, HTTP/2, 200 images", tls=True),
    Scenario(
        "h2-2000",
        "30 ms, TLS, HTTP/2, 2,000 images",
        images=2000,
        tls=True,
        memory=120,
        times=("h2-200", 11),
    ),
    Scenario("limited", "50 requests a second, 50 images", images=50, milliseconds=0, rate=50, peers=True),
    Scenario("newest-cold", "30 ms, newest-build, 10 × 100 tags", policy="newest-build", images=10, wall=1.5),
    Scenario(
        "newest-warm",
        "30 ms, newest-build again",
        policy="newest-build",
        images=10,
        warm=True,
        wall=0.15,
    ),
    # The interface has pages of 100 tags: 3 requests for each of the 200.
    Scenario(
        "inventory",
        "30 ms, newest-build, 10 × 2,000 tags, Harbor's interface",
        policy="newest-build",
        images=10,
        inventory=True,
        requests=600,
    ),
]
