"""Does every value of one JSON schema (as OpenAPI 3.0 has them) fit another one?

What clients send under the former schema must fit the new one; what they are answered under the new one must fit the
former. So there is one question, asked in two directions.
"""

LOWER = ("minimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")


class Fitting:
    """Finds what does not fit: `small` in the document `of_small`, `large` in `of_large`.

    `is_answer`: both are answers. Clients pass over what they do not know there, and match no patterns.
    """

    def __init__(self, of_small, of_large, is_answer):
        self.of_small, self.of_large, self.is_answer = of_small, of_large, is_answer
        self.seen = set()

    def faults(self, small, large, where=""):
        pair = (small.get("$ref"), large.get("$ref"))
        if None not in pair:
            if pair in self.seen:
                return []
            self.seen.add(pair)
        small, large = whole(small, self.of_small), whole(large, self.of_large)
        ours, theirs = alternatives(small, self.of_small), alternatives(large, self.of_large)
        if ours:
            return [fault for one in ours for fault in self.faults(one, large, where)]
        if theirs:
            found = [Fitting(self.of_small, self.of_large, self.is_answer).faults(small, one, where) for one in theirs]
            return [] if [] in found else min(found, key=len)
        return [f"{where or 'the value'}: {text}" for text in self.own(small, large)] + self.inside(small, large, where)

    def own(self, small, large):
        """Faults of the value itself."""
        if large.get("type") and small.get("type") != large["type"]:
            if (small.get("type"), large["type"]) != ("integer", "number"):
                yield f"type {small.get('type', 'any')} instead of {large['type']}"
        if small.get("nullable") and not large.get("nullable"):
            yield "null on one side alone"
        if "enum" in large and not set(map(str, small.get("enum", ["anything"]))) <= set(map(str, large["enum"])):
            yield f"{sorted(set(map(str, small.get('enum', ['anything']))) - set(map(str, large['enum'])))} on one side alone"
        if large.get("format") and small.get("format") != large["format"]:
            yield f"format {small.get('format', 'none')} instead of {large['format']}"
        if not self.is_answer and large.get("pattern") not in (None, small.get("pattern")) and "enum" not in small:
            yield "another pattern"
        if not self.is_answer and small.get("default") != large.get("default"):
            yield f"default {small.get('default')} became {large.get('default')}"
        for keywords, fits in ((LOWER, lambda a, b: a >= b), (UPPER, lambda a, b: a <= b)):
            for keyword in keywords:
                if keyword in large and "enum" not in small:
                    if keyword not in small or not fits(small[keyword], large[keyword]):
                        yield f"{keyword} {small.get(keyword, 'none')} against {large[keyword]}"

    def inside(self, small, large, where):
        faults = []
        ours, theirs = small.get("properties", {}), large.get("properties", {})
        for name in sorted(set(large.get("required", [])) - set(small.get("required", []))):
            faults.append(f"{where}.{name}: required on one side alone")
        for name in sorted(set(ours) | set(theirs)):
            if name in ours and name in theirs:
                faults += self.faults(ours[name], theirs[name], f"{where}.{name}")
            elif name in ours and not self.is_answer and large.get("additionalProperties") is False:
                faults.append(f"{where}.{name}: is not known any more")
            elif name in theirs and self.is_answer:
                faults.append(f"{where}.{name}: is gone")
        if not self.is_answer and large.get("additionalProperties") is False:
            if "properties" in small and small.get("additionalProperties") is not False:
                faults.append(f"{where}: other properties are refused")
        ours, theirs = small.get("additionalProperties"), large.get("additionalProperties")
        if isinstance(ours, dict) and isinstance(theirs, dict):
            faults += self.faults(ours, theirs, f"{where}.*")
        if "items" in small and "items" in large:
            faults += self.faults(small["items"], large["items"], f"{where}[]")
        return faults


def alternatives(schema, document):
    """Each whole by itself: with what is said beside them."""
    beside = {key: value for key, value in schema.items() if key not in ("oneOf", "anyOf", "discriminator")}
    found = schema.get("oneOf") or schema.get("anyOf") or []
    return [{**beside, **whole(one, document)} for one in found]


def whole(schema, document):
    """The schema without its reference, and the parts of `allOf` as one."""
    while "$ref" in schema:
        schema = at(document, schema["$ref"])
    if "allOf" not in schema:
        return schema
    merged = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema["allOf"]:
        for key, value in whole(part, document).items():
            if key == "properties":
                merged[key] = {**value, **merged.get(key, {})}
            elif key == "required":
                merged[key] = sorted({*value, *merged.get(key, [])})
            else:
                merged.setdefault(key, value)
    return merged


def at(document, reference):
    """What a reference inside the document leads to."""
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found
