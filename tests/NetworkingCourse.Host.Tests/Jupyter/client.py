"""A Jupyter front end that does what it is told: one JSON order a line on standard input, one JSON answer a line on standard output."""
import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import time

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

LIMIT = 60


class FrontEnd:
    def start(self, kernel, cwd, mode="message"):
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.kernel_spec.interrupt_mode = mode
        self.manager.start_kernel(cwd=cwd)
        self._connect()
        return self.pid()

    def alone(self, kernel, cwd, options=()):
        """A kernel that a script has started in the background, and then ended. Tells its process and that one's parent."""
        path = os.path.join(cwd, "connection.json")
        write_connection_file(path)
        command = [path if word == "{connection_file}" else word for word in KernelSpecManager().get_kernel_spec(kernel).argv]
        script = ["sh", "-c", '"$@" </dev/null >/dev/null 2>&1 & echo $!', "sh", *command, *options]
        pid = int(subprocess.run(script, cwd=cwd, stdout=subprocess.PIPE, check=True).stdout)
        self.client = BlockingKernelClient(connection_file=path)
        self.client.load_connection_file()
        self._wait_until_listening(self.client.hb_port)
        self._listen()
        with open(f"/proc/{pid}/stat") as status:
            return {"pid": pid, "parent": int(status.read().rpartition(")")[2].split()[1])}

    @staticmethod
    def _wait_until_listening(port):
        """A client without a manager takes a kernel that does not listen within a second for dead."""
        deadline = time.monotonic() + LIMIT
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"the kernel does not listen after {LIMIT} s")
            time.sleep(0.05)

    def kill(self, pid, name):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, getattr(signal, name))

    def leave(self):
        self.client.stop_channels()

    def pid(self):
        return self.manager.provisioner.process.pid

    def _connect(self):
        self.client = self.manager.client()
        self._listen()

    def _listen(self):
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT)
        self.kept, self.replies = [], {}

    def begin(self, code, **options):
        return self.client.execute(code, **options)

    def end(self, id, answers=()):
        """Waits for the reply and for everything that is broadcast until the kernel is idle again."""
        answers = list(answers)
        outputs, reply, idle, asked = [], None, False, []
        deadline = time.monotonic() + LIMIT
        while reply is None or not idle:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no end within {LIMIT} s; so far {outputs}")
            for message in self._available(self.client.get_stdin_msg):
                asked.append(message["content"])
                if answers:
                    self.client.input(answers.pop(0))
            # What belongs to other requests is kept for whoever asks for it.
            self.replies.update({message["parent_header"].get("msg_id"): message["content"] for message in self._available(self.client.get_shell_msg)})
            reply = reply or self.replies.pop(id, None)
            for message in self._broadcast(id):
                if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                    idle = True
                elif message["msg_type"] not in ("status", "execute_input"):
                    outputs.append({"type": message["msg_type"], "content": message["content"]})
            time.sleep(0.0005)
        return {"reply": reply, "outputs": outputs, "asked": asked}

    def execute(self, code, answers=(), **options):
        before = time.monotonic()
        result = self.end(self.begin(code, **options), answers)
        result["seconds"] = time.monotonic() - before
        return result

    def late(self, id, text):
        """Waits until what a cell broadcasts after its end contains a text."""
        heard = ""
        deadline = time.monotonic() + LIMIT
        while text not in heard:
            if time.monotonic() > deadline:
                raise TimeoutError(f"'{text}' was not heard; only '{heard}'")
            for message in self._broadcast(id):
                heard += message["content"].get("text", "")
            time.sleep(0.001)
        return heard

    def interrupt(self):
        self.manager.interrupt_kernel()

    def ask(self, type, content, channel="shell"):
        """Sends any request, and waits for what answers it."""
        message = self.client.session.msg(type, content)
        is_shell = channel == "shell"
        at = self.client.shell_channel if is_shell else self.client.control_channel
        get = self.client.get_shell_msg if is_shell else self.client.get_control_msg
        before = time.monotonic()
        at.send(message)
        while True:
            for reply in self._available(get):
                if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                    return {"type": reply["msg_type"], "content": reply["content"], "seconds": time.monotonic() - before}
            if time.monotonic() - before > LIMIT:
                raise TimeoutError(f"no answer to {type}")
            time.sleep(0.0005)

    def forge(self):
        """Sends an order to run code, signed with a key that is not the kernel's; a message cut short; and one that is not JSON."""
        stranger = Session(key=b"not the key")
        shell = self.client.shell_channel.socket
        stranger.send(shell, "execute_request", {"code": "forged = 1", "silent": False})
        shell.send_multipart([b"<IDS|MSG>", b"", b"{}"])
        shell.send_multipart([b"nothing"])
        own = self.client.session
        parts = [b"{", b"{}", b"{}", b"{}"]
        shell.send_multipart([b"<IDS|MSG>", own.sign(parts), *parts])
        own.send(shell, "no_such_request", {})
        own.send(shell, "execute_request", {"code": 7, "silent": "perhaps"})
        own.send(shell, "execute_request", {"code": "1", "user_expressions": {"a": [1]}})
        # Signed, and malformed where only whoever reads on finds out: a name twice, bytes that are no text, half a character.
        for channel, type in (("shell", "execute_request"), ("shell", "comm_open"), ("stdin", "input_reply"), ("control", "shutdown_request")):
            for content in (b'{"restart":false,"restart":true}', b'{"comm_id":"\xff"}', b'{"code":"\\ud800"}'):
                parts = [json.dumps({"msg_id": "x", "msg_type": type}).encode(), b"{}", b"{}", content]
                getattr(self.client, channel + "_channel").socket.send_multipart([b"<IDS|MSG>", own.sign(parts), *parts])
        for header in (b'{"msg_type":"\xff"}', b'{"msg_type":"\\ud800"}', b'{"msg_type":7}', b"[]", b"[" * 1000):
            parts = [header, b"{}", b"{}", b"{}"]
            shell.send_multipart([b"<IDS|MSG>", own.sign(parts), *parts])

    def announce(self, size):
        """Connects without any key, announces a frame of so many bytes, and waits until the kernel hangs up."""
        greeting = b"\xff" + bytes(8) + b"\x7f" + b"\x01\x05" + b"\x00\x00"  # ZMTP 2.0 (ZeroMQ RFC 15), a DEALER without a name
        for port in (self.client.shell_port, self.client.control_port, self.client.stdin_port):
            with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as peer:
                peer.sendall(greeting + b"\x02" + size.to_bytes(8, "big") + b"begun")
                while peer.recv(4096):
                    pass

    def restart(self):
        self.client.stop_channels()
        self.manager.restart_kernel()
        self._connect()
        return self.pid()

    def shutdown(self):
        before = time.monotonic()
        self.client.stop_channels()
        self.manager.shutdown_kernel()
        return time.monotonic() - before

    def _broadcast(self, id):
        self.kept += self._available(self.client.get_iopub_msg)
        mine = [message for message in self.kept if message["parent_header"].get("msg_id") == id]
        self.kept = [message for message in self.kept if message["parent_header"].get("msg_id") != id]
        return mine

    @staticmethod
    def _available(get):
        messages = []
        try:
            while True:
                messages.append(get(timeout=0))
        except queue.Empty:
            return messages


front_end = FrontEnd()
for line in sys.stdin:
    order = json.loads(line)
    try:
        answer = {"answer": getattr(front_end, order.pop("do"))(**order)}
    except Exception as failure:
        answer = {"failure": f"{type(failure).__name__}: {failure}"}
    print(json.dumps(answer, default=str), flush=True)
