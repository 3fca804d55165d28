"""A mail server, and what Python's own reader makes of each mail. Output: its port, then a line of JSON for each mail."""

import asyncio
import email
import email.policy
import json

from aiosmtpd.controller import Controller


class Sink:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        defects = [repr(defect) for part in mail.walk() for defect in part.defects]
        defects += [repr(defect) for value in mail.values() for defect in value.defects]
        header = lambda name: str(mail[name]) if name in mail else None
        names = ("From", "To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Auto-Submitted")
        names += ("List-Unsubscribe", "List-Unsubscribe-Post")
        said = {name: header(name) for name in names}
        told = {"to": envelope.rcpt_tos, "headers": said, "type": mail.get_content_type(), "parts": parts, "defects": defects}
        print(json.dumps(told), flush=True)
        return "250 taken by the sink"


async def serve():
    controller = Controller(Sink(), hostname="127.0.0.1", port=0)
    server = await asyncio.get_running_loop().create_server(controller.factory, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(serve())
