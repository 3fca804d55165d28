"""A Python client that openapi-python-client makes from docs/openapi.json does a day's work on a running Docket.

In: `{"url", "email", "password", "assignee"}` on one line. Out: what came back, on one line of JSON.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GENERATOR = pathlib.Path(sys.executable).with_name("openapi-python-client")


def generate(directory):
    """Warnings count: what is missing from the document is missing from clients."""
    subprocess.run(
        [
            GENERATOR, "generate", "--path", HERE / "../../../../docs/openapi.json", "--config", HERE / "python.yaml",
            "--output-path", pathlib.Path(directory) / "docket_client", "--meta", "none", "--fail-on-warning",
        ],
        check=True,
        stdout=sys.stderr,
    )  # fmt: skip
    sys.path.insert(0, directory)


def work(given):
    from docket_client import AuthenticatedClient, Client
    from docket_client.api.notifications import list_notifications
    from docket_client.api.tasks import bulk_tasks, create_task, delete_task, list_tasks, read_task, update_task
    from docket_client.api.users import login_user
    from docket_client.models import (
        BulkTasksRequest,
        CreateOperationRequest,
        CreateOperationRequestOp,
        CreateTaskRequest,
        CreateTaskRequestPriority,
        LoginRequest,
        TaskViewStatus,
        UpdateTaskRequest,
        UpdateTaskRequestStatus,
    )

    def sign_in(email):
        anyone = Client(given["url"], raise_on_unexpected_status=True)
        login = login_user.sync(client=anyone, body=LoginRequest(email, given["password"]))
        return AuthenticatedClient(given["url"], login.access, raise_on_unexpected_status=True)

    admin, ann = sign_in(given["email"]), sign_in(given["assignee"])
    new = CreateTaskRequest("By Python", assigned_to=given["assignee"], priority=CreateTaskRequestPriority.HIGH)
    created = create_task.sync_detailed(client=admin, body=new, idempotency_key="python-1")
    again = create_task.sync_detailed(client=admin, body=new, idempotency_key="python-1")
    task = created.parsed
    change = UpdateTaskRequest(status=UpdateTaskRequestStatus.COMPLETED)
    changed = update_task.sync(task.id, client=ann, body=change, if_match=created.headers["ETag"])
    stale = update_task.sync(task.id, client=ann, body=change, if_match='"stale"')
    operations = [
        CreateOperationRequest(CreateOperationRequestOp.CREATE, CreateTaskRequest(f"Bulk {n}")) for n in range(3)
    ]
    bulk = bulk_tasks.sync(client=admin, body=BulkTasksRequest(operations))
    first = list_tasks.sync(client=admin, limit=2, count=True)
    told = list_notifications.sync(client=ann)
    invalid = create_task.sync(client=admin, body=CreateTaskRequest(""))
    gone = delete_task.sync_detailed(task.id, client=admin)
    return {
        "title": task.title,
        "is_dated": task.created_at.tzinfo is not None,
        "replayed": (again.headers.get("Idempotency-Replayed"), again.parsed.id == task.id),
        "completed": changed.status is TaskViewStatus.COMPLETED and changed.version == 2,
        "stale": stale.status,
        "bulk": [result.status for result in bulk.results],
        "page": [len(first.results), first.count, first.next_ is not None],
        "told": str(told.results[0].type_),
        "invalid": [invalid.status, invalid.errors.additional_properties],
        "gone": [gone.status_code, read_task.sync(task.id, client=admin).status],
    }


with tempfile.TemporaryDirectory() as directory:
    generate(directory)
    print(json.dumps(work(json.loads(sys.stdin.readline()))), flush=True)
