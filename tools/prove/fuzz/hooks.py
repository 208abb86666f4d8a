"""Adjustments that the OpenAPI document cannot express."""

import re
import uuid
from datetime import datetime, timezone

import schemathesis

VALID_KEY = re.compile(r'^(?:"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255}"|[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,255})$')
LONGEST_KEY = 255
SHORT_WAIT_MS = 200
LONG_WAIT_SECONDS = 2
UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
LONGEST_DELAY_MS = 366 * UNIT_MS["d"]
PAST = "2026-01-31T08:00:00Z"

# Paths of workflows that were still running at the end of a long wait.
WAITING = set()

# In OpenAPI 3.1, the schema of a stream describes its whole text, but Schemathesis validates each event with it.
EVENT = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]{1,9}$"},
        "event": {"const": "run"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["id", "event", "data"],
}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for path in raw_schema["paths"].values():
        for operation in path.values():
            content = operation["responses"].get("200", {}).get("content", {})
            if "text/event-stream" in content:
                content["text/event-stream"]["schema"] = EVENT


@schemathesis.hook
def before_call(context, case, kwargs):
    with_unique_key(case)
    with_possible_start(case)
    if case.operation.path in WAITING:
        with_short_wait(case)


@schemathesis.hook
def after_call(context, case, response):
    path = case.operation.path
    if path.endswith("/execute") and response.status_code == 202 and response.elapsed > LONG_WAIT_SECONDS:
        WAITING.add(path)


def with_unique_key(case):
    """Makes keys unique: the API rejects a key that is reused with another body, and generated requests reuse keys by chance."""
    headers = case.headers or {}
    for name in list(headers):
        key = headers[name]
        if name.lower() != "idempotency-key" or not isinstance(key, str) or not VALID_KEY.match(key):
            continue
        own = uuid.uuid4().hex
        quote = '"' if key.startswith('"') else ""
        text = key[1:-1] if quote else key
        # A trailing backslash would escape the character after it.
        kept = text[: LONGEST_KEY - len(own)].rstrip("\\")
        headers[name] = f"{quote}{kept}{own}{quote}"


def with_possible_start(case):
    """Keeps one of two parameters that exclude each other, at most a year ahead, which a schema cannot say."""
    query = case.query if case.query is not None else {}
    if "startAt" in query:
        query.pop("startDelay", None)
        year = re.match(r"([0-9]{4})-", query["startAt"]) if isinstance(query["startAt"], str) else None
        if year and int(year[1]) > datetime.now(timezone.utc).year:
            query["startAt"] = PAST
    delay = query.get("startDelay")
    match = re.fullmatch(r"([0-9]+)(ms|s|m|h|d)", delay) if isinstance(delay, str) else None
    if match and int(match[1]) * UNIT_MS[match[2]] > LONGEST_DELAY_MS:
        query["startDelay"] = "1d"


def with_short_wait(case):
    """Shortens waits for workflows that wait for messages: each request would wait to the end, hours in total."""
    query = case.query if case.query is not None else {}
    wait = query.get("wait", "10s")
    match = re.fullmatch(r"([0-9]+)(ms|s|m)", wait) if isinstance(wait, str) else None
    if match and SHORT_WAIT_MS < int(match[1]) * UNIT_MS[match[2]] <= UNIT_MS["m"]:
        query["wait"] = f"{SHORT_WAIT_MS}ms"
        case.query = query
