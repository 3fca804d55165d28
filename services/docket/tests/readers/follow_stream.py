"""Follows the stream with httpx-sse; prints each event as a line of JSON. Input: URL, token as JSON."""

import json
import sys

import httpx
from httpx_sse import connect_sse

given = json.load(sys.stdin)
headers = {"Authorization": f"Bearer {given['token']}"}
with httpx.Client(headers=headers, timeout=60, trust_env=False) as client:
    with connect_sse(client, "GET", given["url"]) as source:
        for event in source.iter_sse():
            print(json.dumps({"event": event.event, "id": event.id, "data": event.json()}), flush=True)
