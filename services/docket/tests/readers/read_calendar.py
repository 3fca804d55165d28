"""Reads a calendar as somebody else's program does. Input: the document; output: its components as JSON."""

import json
import sys

from icalendar import Calendar


def when(component, name):
    value = component.get(name)
    return value.dt.isoformat() if value is not None else None


calendar = Calendar.from_ical(sys.stdin.read())
components = [
    {
        "kind": component.name,
        "uid": str(component["UID"]),
        "summary": str(component["SUMMARY"]),
        "status": str(component.get("STATUS", "")),
        "sequence": int(component["SEQUENCE"]),
        "stamp": when(component, "DTSTAMP"),
        "due": when(component, "DUE"),
        "start": when(component, "DTSTART"),
        "end": when(component, "DTEND"),
        "errors": [str(error) for error in component.errors],
    }
    for component in calendar.walk()
    if component.name in ("VTODO", "VEVENT")
]
print(json.dumps({"version": str(calendar["VERSION"]), "components": components}))
