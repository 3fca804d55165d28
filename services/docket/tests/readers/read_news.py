"""Reads an Atom feed as somebody else's program does. Input: the document; output: its entries as JSON."""

import json
import sys

import feedparser

feed = feedparser.parse(sys.stdin.buffer.read())
entries = [{"id": entry.id, "title": entry.title, "link": entry.link, "updated": entry.updated} for entry in feed.entries]
print(json.dumps({"version": feed.version, "broken": bool(feed.bozo), "title": feed.feed.title, "entries": entries}))
