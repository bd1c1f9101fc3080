# SPDX-License-Identifier: MIT OR Apache-2.0
"""Many connections in step: each sends its next piece, then all wait until the service has read them. So a piece is a
read of its own for the service, without any sleeping."""
import random
import selectors
import socket

import wire

TOGETHER_MAX = 200
PATIENCE_S = 30


class Talk:
    """One connection: the pieces it sends, and all that it got."""

    def __init__(self, key, pieces, half_close):
        self.key, self.pieces, self.half_close = key, pieces, half_close
        self.got, self.ended, self.reset = b"", False, False

    def open(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, step):
        if self.ended:
            return
        try:
            self.socket.sendall(self.pieces[step])
            if self.half_close and step == len(self.pieces) - 1:
                self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused early, and no longer drained: what was answered is still there to be read

    def read(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data, self.reset = b"", True
        self.got += data
        self.ended = not data
        if self.ended:
            self.socket.close()


class Steps:
    def __init__(self, service):
        self.port = service.port
        self.pulse = service.connect()

    def _wait_for_service(self):
        """It serves what is ready in order: what was sent before this request has been read when the answer comes."""
        self.pulse.request("GET", "/livez")

    @staticmethod
    def _read_ready(selector, seconds):
        ready = selector.select(seconds)
        for key, _ in ready:
            key.data.read()
            if key.data.ended:
                selector.unregister(key.fileobj)
        return bool(ready)

    def _run(self, talks):
        selector = selectors.DefaultSelector()
        for talk in talks:
            talk.open(self.port)
            selector.register(talk.socket, selectors.EVENT_READ, talk)
        for step in range(max(len(talk.pieces) for talk in talks)):
            for talk in talks:
                if step < len(talk.pieces):
                    talk.send(step)
            self._wait_for_service()
            self._read_ready(selector, 0)
        while selector.get_map() and self._read_ready(selector, PATIENCE_S):
            pass
        for talk in talks:
            talk.socket.close()

    def run(self, talks):
        for start in range(0, len(talks), TOGETHER_MAX):
            self._run(talks[start:start + TOGETHER_MAX])


def cut_at_random(data, seed):
    """Into two, three or four pieces, the same ones for the same seed."""
    chance = random.Random(seed)
    cuts = sorted({chance.randrange(1, len(data)) for _ in range(chance.randint(1, 3))}) if len(data) > 1 else []
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]


def cut_everywhere(data):
    return [data[i:i + 1] for i in range(len(data))] or [b""]
