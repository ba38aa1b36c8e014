"""
Emulators for a whole test run: one process loads the emulator and its services once, and each test file's emulator is a
fork of it, which saves the second or two that loading takes. Asked over a Unix socket by `client.py`, which stands in the
place of the program `moto_server`: its arguments, environment, standard input and error become the fork's own.
"""

import gc
import json
import os
import random
import select
import signal
import socket
import sys
import threading

gc.set_threshold(200_000, 20, 100)

import moto.core.utils as utils

# Other modules take `utcnow` by name when they are loaded: they must get one that can still be told the time.
real_utcnow = utils.utcnow


class Time:
    utcnow = staticmethod(real_utcnow)


utils.utcnow = lambda: Time.utcnow()

import moto.backends
import moto.server
from moto.moto_api._internal import mock_random

SERVICES = (
    "apigatewayv2 bedrock cloudwatch cognito-idp dynamodb events iam kms lambda logs resourcegroupstaggingapi s3 "
    "scheduler sns sqs ssm sts"
)
for service in SERVICES.split():
    moto.backends.get_backend(service)
    module = {"lambda": "awslambda", "cognito-idp": "cognitoidp"}.get(service, service)
    __import__(f"moto.{module}.urls")
    # The shapes of its answers; some services have none or another name there, and load what they need by themselves.
    try:
        utils.get_service_model(service)
    except Exception:
        pass
# The first question about tags makes the stores of some fifty services, all empty: half a second of every test file.
from moto.resourcegroupstaggingapi.models import resourcegroupstaggingapi_backends

list(resourcegroupstaggingapi_backends["123456789012"]["us-east-1"].get_resources(tag_filters=[]))
gc.collect()
gc.freeze()


def end_with(connection):
    """Whoever asked holds the other end: when it is gone, so are we."""
    while connection.recv(1):
        pass
    os._exit(0)


def become_emulator(connection, request, files):
    for signum in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_DFL)
    os.dup2(files[0], 0)
    os.dup2(files[1], 2)
    os.environ.clear()
    os.environ.update(request["environment"])
    random.seed()
    mock_random.seed()
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
    sidecar = os.path.join(os.environ.get("PYTHONPATH", "/nowhere"), "sitecustomize.py")
    if os.path.exists(sidecar):
        names = {}
        with open(sidecar) as file:
            exec(file.read(), names)
        names["follow_clock"](Time)
        names["remember_backends"](sys.modules["moto.moto_server.werkzeug_app"])
    moto.server.main(request["arguments"])


def main(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready and not os.read(0, 4096):
            return
        if listener not in ready:
            continue
        connection, _ = listener.accept()
        text, files, _, _ = socket.recv_fds(connection, 1 << 16, 2)
        while not text.endswith(b"\n"):
            text += connection.recv(1 << 16)
        if os.fork() == 0:
            listener.close()
            become_emulator(connection, json.loads(text), files)
            os._exit(0)
        connection.close()
        for file in files:
            os.close(file)


if __name__ == "__main__":
    main(sys.argv[1])
