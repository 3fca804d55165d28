"""What in a new OpenAPI document breaks programs that were written after the former one, by operation."""

from schemas import Fitting, at

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield (path, method), item[method]


def breaks(former, new):
    """`(operationId, what)` for everything that breaks."""
    present = dict(operations(new))
    for key, operation in operations(former):
        name, later = operation["operationId"], present.get(key)
        if later is None:
            yield name, f"{key[1].upper()} {key[0]} is gone"
            continue
        if later["operationId"] != name:
            yield name, f"is called {later['operationId']} now: generated clients lose their method"
        for what in of_operation(former, new, operation, later):
            yield name, what


def of_operation(former, new, operation, later):
    yield from of_security(operation, later)
    yield from of_parameters(former, new, operation, later)
    yield from of_body(former, new, operation.get("requestBody"), later.get("requestBody"))
    for status, answer in operation["responses"].items():
        if status < "400":
            yield from of_answer(former, new, status, answer, later["responses"].get(status))


def of_security(operation, later):
    def is_open(one):
        return not one.get("security") or {} in one["security"]

    if is_open(operation) and not is_open(later):
        yield "asks for a token now"
    scopes, wanted = operation.get("x-token-scopes"), later.get("x-token-scopes")
    if scopes is not None and (wanted is None or set(wanted) - set(scopes)):
        yield f"asks a personal access token for {wanted or 'more than it can have'} instead of {scopes}"


def of_parameters(former, new, operation, later):
    def named(one, document):
        found = [at(document, p["$ref"]) if "$ref" in p else p for p in one.get("parameters", [])]
        return {(p["in"], p["name"]): p for p in found}

    ours, theirs = named(operation, former), named(later, new)
    for key, parameter in ours.items():
        if key not in theirs:
            yield f"{key[0]} parameter {key[1]} is gone"
            continue
        if theirs[key].get("required") and not parameter.get("required"):
            yield f"{key[0]} parameter {key[1]} is required now"
        for fault in Fitting(former, new, False).faults(parameter["schema"], theirs[key]["schema"]):
            yield f"{key[0]} parameter {key[1]}: {fault}"
    for key, parameter in theirs.items():
        if key not in ours and parameter.get("required"):
            yield f"{key[0]} parameter {key[1]} is new and required"


def of_body(former, new, body, later):
    if later is None:
        if body is not None:
            yield "takes no body any more"
        return
    if later.get("required") and not (body or {}).get("required"):
        yield "the body is required now"
    for kind, content in (body or {}).get("content", {}).items():
        if kind not in later["content"]:
            yield f"takes no {kind} any more"
            continue
        for fault in Fitting(former, new, False).faults(content.get("schema", {}), later["content"][kind].get("schema", {})):
            yield f"body{fault}"


def of_answer(former, new, status, answer, later):
    if later is None:
        yield f"answers {status} no more"
        return
    for name, header in answer.get("headers", {}).items():
        now = later.get("headers", {}).get(name)
        resolved = [at(d, h["$ref"]) if h and "$ref" in h else h for d, h in ((former, header), (new, now))]
        if resolved[0].get("required") and not (resolved[1] or {}).get("required"):
            yield f"{status}: the header {name} is gone, or not always there"
    for kind, content in answer.get("content", {}).items():
        if kind not in later.get("content", {}):
            yield f"{status}: is no {kind} any more"
            continue
        for fault in Fitting(new, former, True).faults(later["content"][kind].get("schema", {}), content.get("schema", {})):
            yield f"{status} body{fault}"
