"""Changes of the real document, each with what is to be said of it: python3 -m unittest discover .ci/compatibility"""

import copy
import importlib.machinery
import importlib.util
import json
import pathlib
import unittest

from documents import breaks

CI = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = json.loads((CI.parent / "docs/openapi.json").read_text())
TASKS = "/api/tasks/"


def after(change):
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


def schema(document, name):
    return document["components"]["schemas"][name]


def parameter(document, name):
    return next(p for p in document["paths"][TASKS]["get"]["parameters"] if p["name"] == name)


def add_field(document, name, required):
    schema(document, name)["properties"]["brand_new"] = {"type": "string"}
    if required:
        schema(document, name).setdefault("required", []).append("brand_new")


def drop_parameter(document, name):
    operation = document["paths"][TASKS]["get"]
    operation["parameters"] = [p for p in operation["parameters"] if p["name"] != name]


def add_parameter(document, required):
    one = {"name": "brand_new", "in": "query", "required": required, "schema": {"type": "string"}}
    document["paths"][TASKS]["get"]["parameters"].append(one)


BREAKING = {
    "a path goes": lambda d: d["paths"].pop(TASKS),
    "an operation goes": lambda d: d["paths"][TASKS].pop("post"),
    "an operation is called otherwise": lambda d: d["paths"][TASKS]["get"].update(operationId="find_tasks"),
    "a parameter goes": lambda d: drop_parameter(d, "status"),
    "a parameter must be there": lambda d: add_parameter(d, True),
    "a parameter takes less": lambda d: parameter(d, "limit")["schema"].update(maximum=50),
    "a default is another": lambda d: parameter(d, "limit")["schema"].update(default=10),
    "a field of an answer goes": lambda d: schema(d, "TaskView")["properties"].pop("title"),
    "a field of an answer is not always there": lambda d: schema(d, "TaskView")["required"].remove("title"),
    "a field of an answer has another type": lambda d: schema(d, "TaskView")["properties"].update(version={"type": "string"}),
    "a field of an answer may be null": lambda d: schema(d, "TaskView")["properties"]["title"].update(nullable=True),
    "a field of a request goes": lambda d: schema(d, "CreateTaskRequest")["properties"].pop("priority"),
    "a field of a request must be there": lambda d: add_field(d, "CreateTaskRequest", True),
    "a field of a request may be shorter only": lambda d: schema(d, "CreateTaskRequest")["properties"]["title"].update(maxLength=9),
    "a field of a request must not be null": lambda d: schema(d, "UpdateTaskRequest")["properties"]["due_date"].pop("nullable"),
    "a word is not taken any more": lambda d: schema(d, "CreateTaskRequest")["properties"]["status"].update(enum=["todo"]),
    "success has another status": lambda d: d["paths"][TASKS]["post"]["responses"].pop("201"),
    "a header goes": lambda d: d["paths"][TASKS]["post"]["responses"]["201"]["headers"].pop("Location"),
    "a media type is not taken any more": lambda d: d["paths"]["/api/tasks/import/"]["post"]["requestBody"]["content"].pop("text/csv"),
    "a token is asked for": lambda d: d["paths"]["/api/users/login/"]["post"].update(security=[{"bearer": []}]),
    "another scope is asked for": lambda d: d["paths"][TASKS]["get"].update({"x-token-scopes": ["users:write"]}),
}
HARMLESS = {
    "nothing": lambda d: None,
    "a new path": lambda d: d["paths"].update({"/api/new/": d["paths"][TASKS]}),
    "a new parameter": lambda d: add_parameter(d, False),
    "a parameter takes more": lambda d: parameter(d, "limit")["schema"].update(maximum=500),
    "a new field in a request": lambda d: add_field(d, "CreateTaskRequest", False),
    "a new field in an answer": lambda d: add_field(d, "TaskView", True),
    "a field of a request may be longer": lambda d: schema(d, "CreateTaskRequest")["properties"]["title"].update(maxLength=999),
    "a new error": lambda d: d["paths"][TASKS]["get"]["responses"].update({"418": {"description": "Tea."}}),
    "other words": lambda d: d["paths"][TASKS]["get"].update(summary="All of them."),
    "no token is asked for": lambda d: d["paths"][TASKS]["get"].update(security=[]),
}


class Documents(unittest.TestCase):
    def test_what_breaks_is_found(self):
        for name, change in BREAKING.items():
            with self.subTest(name):
                self.assertTrue(list(breaks(DOCUMENT, after(change))), name)

    def test_what_does_not_break_is_let_through(self):
        for name, change in HARMLESS.items():
            with self.subTest(name):
                self.assertEqual(list(breaks(DOCUMENT, after(change))), [], name)

    def test_the_changelog_tells_by_operation_and_only_as_unreleased(self):
        loader = importlib.machinery.SourceFileLoader("breaking", str(CI / "breaking"))
        breaking = importlib.util.module_from_spec(importlib.util.spec_from_loader("breaking", loader))
        loader.exec_module(breaking)
        text = (
            "# Changelog\n\n## [Unreleased]\n\n### Changed\n- Breaking: `list_tasks` and\n  `read_task` tell less.\n"
            "- `create_task` is quicker.\n\n## [1.0.0]\n- Breaking: `delete_task`\n"
        )
        self.assertEqual(breaking.announced(text), {"list_tasks", "read_task"})


if __name__ == "__main__":
    unittest.main()
