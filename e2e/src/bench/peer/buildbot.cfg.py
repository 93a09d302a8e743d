# A Buildbot master to measure beside Drover: a few builders, and a scheduler that is told over a socket what to start
# and tells over the same socket what Buildbot itself announces. Its own channels (HTTP, browsers) are left out of the
# way, so that the figures are rather too good than too bad for it.
import json
import os

from buildbot.plugins import schedulers, steps, util, worker
from buildbot.schedulers.base import BaseScheduler
from twisted.internet import defer, endpoints, reactor
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver

plan = json.loads(os.environ["PEER_PLAN"])
worker_names = ["worker-%d" % number for number in range(plan["workers"])]
builder_names = sorted(plan["scripts"])


class Channel(LineReceiver):
    delimiter = b"\n"

    def __init__(self, scheduler):
        self.scheduler = scheduler

    def connectionMade(self):
        self.scheduler.channel = self
        self.tell({"event": "listening"})

    def lineReceived(self, line):
        self.scheduler.start_builds(**json.loads(line.decode()))

    def tell(self, what):
        self.sendLine(json.dumps(what).encode())


class Told(BaseScheduler):
    """Starts what it is told to."""

    channel = None

    @defer.inlineCallbacks
    def activate(self):
        yield super().activate()
        self.consumers = []
        for topic, tell in (
            (("workers", None, "connected"), lambda key, data: {"event": "connected", "worker": data["name"]}),
            (("logs", None, "append"), lambda key, data: {"event": "log"}),
            (("builds", None, "finished"), lambda key, data: {"event": "finished", "results": data["results"]}),
        ):
            consumer = yield self.master.mq.startConsuming(self.teller(tell), topic)
            self.consumers.append(consumer)
        endpoint = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", plan["port"])
        factory = Factory.forProtocol(lambda: Channel(self))
        factory.noisy = False
        endpoint.connect(factory)

    @defer.inlineCallbacks
    def deactivate(self):
        for consumer in self.consumers:
            yield consumer.stopConsuming()
        yield super().deactivate()

    def teller(self, make):
        def consume(key, data):
            if self.channel is not None:
                self.channel.tell(make(key, data))

        return consume

    @defer.inlineCallbacks
    def start_builds(self, builder, count):
        for _ in range(count):
            yield self.addBuildsetForSourceStamps(
                sourcestamps=[{"codebase": "", "repository": "", "branch": None, "revision": None, "project": ""}],
                builderNames=[builder],
                reason="measured",
            )


def factory_for(script):
    return util.BuildFactory([steps.ShellCommand(name="script", command=script, usePTY=True, logEnviron=False)])


BuildmasterConfig = {
    "workers": [worker.Worker(name, "secret", max_builds=plan["slots"]) for name in worker_names],
    "protocols": {"pb": {"port": "tcp:%d:interface=127.0.0.1" % plan["pbPort"]}},
    "builders": [
        util.BuilderConfig(name=name, workernames=worker_names, factory=factory_for(plan["scripts"][name]), collapseRequests=False)
        for name in builder_names
    ],
    "schedulers": [Told(name="told", builderNames=builder_names)],
    "buildbotNetUsageData": None,
    "title": "peer",
    "db": {"db_url": "sqlite:///state.sqlite"},
}
