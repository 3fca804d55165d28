"""A mail server, and what Python's own reader makes of each mail. Output: its port, then a line of JSON for each mail."""

import asyncio
import json

from aiosmtpd.controller import Controller
from as_read import as_read


class Sink:
    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({"to": envelope.rcpt_tos, **as_read(envelope.content)}), flush=True)
        return "250 taken by the sink"


async def serve():
    controller = Controller(Sink(), hostname="127.0.0.1", port=0)
    server = await asyncio.get_running_loop().create_server(controller.factory, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(serve())
