"""A Jupyter front end that does what it is told: one JSON order a line on standard input, one JSON answer a line on standard output."""
import json
import queue
import sys
import time

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

    def pid(self):
        return self.manager.provisioner.process.pid

    def _connect(self):
        self.client = self.manager.client()
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
        socket = self.client.shell_channel.socket
        stranger.send(socket, "execute_request", {"code": "forged = 1", "silent": False})
        socket.send_multipart([b"<IDS|MSG>", b"", b"{}"])
        socket.send_multipart([b"nothing"])
        own = self.client.session
        parts = [b"{", b"{}", b"{}", b"{}"]
        socket.send_multipart([b"<IDS|MSG>", own.sign(parts), *parts])
        own.send(socket, "no_such_request", {})
        own.send(socket, "execute_request", {"code": 7, "silent": "perhaps"})

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
