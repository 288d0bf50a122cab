"""What is measured: each scenario is a set-up, and what is to be reached in it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    images: int = 200
    milliseconds: int = 30
    tls: bool = False
    tokens: str = "none"
    rate: int | None = None
    policy: str = "semver"
    warm: bool = False
    # Straight to the registry: nothing is counted then.
    direct: bool = False
    peers: bool = False
    wall: float | None = None
    requests: int | None = None
    cpu: float | None = None
    memory: float | None = None


SCENARIOS = [
    Scenario(
        "plain-30",
        "30 ms, plain HTTP",
        peers=True,
        wall=0.45,
        requests=402,
        cpu=0.20,
        memory=40,
    ),
    Scenario("unchanged-30", "30 ms, nothing changed", warm=True, wall=0.45),
    Scenario("plain-0", "0 ms", direct=True, peers=True, wall=0.10),
    Scenario(
        "tokens-many",
        "30 ms, TLS, HTTP/2, tokens of many scopes",
        tls=True,
        tokens="many",
        wall=0.7,
        requests=430,
    ),
    Scenario(
        "tokens-one",
        "30 ms, TLS, HTTP/2, tokens of one scope",
        tls=True,
        tokens="one",
        wall=0.7,
        requests=602,
    ),
    Scenario("h2-200", "30 ms, TLS, HTTP/2, 200 images", tls=True),
    Scenario("h2-2000", "30 ms, TLS, HTTP/2, 2,000 images", images=2000, tls=True, memory=120),
    Scenario("limited", "0 ms, 50 requests a second, 50 images", images=50, milliseconds=0, rate=50, wall=1.5),
    Scenario("newest-cold", "30 ms, newest-build, 10 × 100 tags", policy="newest-build", images=10, wall=1.5),
    Scenario(
        "newest-warm",
        "30 ms, newest-build again",
        policy="newest-build",
        images=10,
        warm=True,
        wall=0.15,
    ),
]
