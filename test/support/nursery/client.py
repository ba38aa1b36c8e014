"""Stands in the place of `moto_server`: asks the nursery for one, and lives as long as it does."""

import json
import os
import socket
import sys

connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
connection.connect(sys.argv.pop(1))
request = {"arguments": sys.argv[1:], "environment": dict(os.environ)}
socket.send_fds(connection, [json.dumps(request).encode() + b"\n"], [0, 2])
connection.recv(1)
