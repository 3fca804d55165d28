"""What Schemathesis has to know about Docket beside the document: who it is, and what exists.

The environment says where Docket is (DOCKET_URL), who its administrator is (ADMIN_EMAIL, ADMIN_PASSWORD), and as whom to
come (DOCKET_ROLE: admin or user).
"""

import json
import os
import urllib.error
import urllib.request
import uuid
import zoneinfo

import schemathesis
from hypothesis import strategies as st

URL, ROLE = os.environ["DOCKET_URL"], os.environ["DOCKET_ROLE"]
PASSWORD = "correct horse battery"


def post(path, body, token=None):
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


class Session:
    """Refreshes as the page does: to log in again and again would be throttled by the failed logins of the tests."""

    def __init__(self, email, password):
        self.email, self.password = email, password
        self.pair = post("/api/users/login/", {"email": email, "password": password})
        self.id = self.pair["id"]

    def token(self):
        self.pair.update(post("/api/users/token/refresh/", {"refresh": self.pair["refresh"]}))
        return self.pair["access"]


ADMIN = Session(os.environ["ADMIN_EMAIL"], os.environ["ADMIN_PASSWORD"])


def somebody_new():
    """An account of the wanted role, and tasks for it, so that it has been told of something."""
    email, token = f"{uuid.uuid4().hex}@example.org", ADMIN.token()
    post("/api/users/register/", {"email": email, "password": PASSWORD, "role": ROLE}, token)
    for title in ("Write the report", "Read the report", "Send the report"):
        post("/api/tasks/", {"title": title, "assigned_to": email}, token)
    return Session(email, PASSWORD)


@schemathesis.auth(refresh_interval=240)
class SignedIn:
    """The tests end sessions and delete accounts, their own too: then somebody new goes on."""

    session = None

    def get(self, case, context):
        if SignedIn.session is not None:
            try:
                return SignedIn.session.token()
            except urllib.error.HTTPError:
                pass
        SignedIn.session = self.again() or somebody_new()
        return SignedIn.session.pair["access"]

    def again(self):
        """The same person, to whom belongs what was made so far; unless that account is no more."""
        try:
            return SignedIn.session and Session(SignedIn.session.email, SignedIn.session.password)
        except urllib.error.HTTPError:
            return None

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


schemathesis.openapi.format("iana-time-zone", st.sampled_from(sorted(zoneinfo.available_timezones())))


@schemathesis.serializer("text/csv", "application/jsonl", "application/x-ndjson")
def file(context, value):
    """Files are text already."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """The first administrator stays: they make the accounts."""
    return not path_parameters or path_parameters.get("id") != ADMIN.id
