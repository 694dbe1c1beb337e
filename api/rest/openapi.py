"""The OpenAPI 3.1 document: written from the operations themselves, so it says what is checked and answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from api.problems import KINDS, MEDIA_TYPE
from api.rest.bodies import JSON
from api.rest.identity import OPERATIONS, PUBLIC
from api.rest.operation import LONGEST_HEADER, Operation, Reply

_REFERENCE = "#/components/schemas/{model}"
_LIMITED = {"RateLimit": "What is left of the limit", "RateLimit-Policy": "The limit"}


class ProblemRead(BaseModel):
    """A problem (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] = []


def document(operations: Sequence[Operation], servers: Sequence[str] = ("/",)) -> dict[str, Any]:
    """The whole document."""
    models = {model for operation in operations for model in _models(operation)} | {ProblemRead}
    wanted: list[Any] = sorted(
        {(model, _mode(model, operations)) for model in models}, key=lambda pair: pair[0].__name__
    )
    _, schemas = models_json_schema(wanted, ref_template=_REFERENCE)
    paths: dict[str, Any] = {}
    for operation in operations:
        path = operation.path
        for name in operation.parameters:
            path = path.replace(f"{{{name}:str}}", f"{{{name}}}").replace(f"{{{name}:path}}", f"{{{name}}}")
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Seedbed",
            "version": version("seedbed"),
            "description": "Realistic fake data from a schema: any amount, reproducible to the byte from a seed.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url} for url in servers],
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer", "description": "A token or an API key."},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path(operation), *_query(operation), *_headers(operation)],
        "responses": _responses(operation),
        "security": [{}] if operation.scope in {PUBLIC, OPERATIONS} else [{"session": []}, {"key": []}],
    }
    needs = "" if operation.scope in {PUBLIC, OPERATIONS} else f"Needs the scope `{operation.scope}`."
    if text := " ".join(filter(None, [operation.description, needs])):
        found["description"] = text
    if operation.body is not None:
        schema = {"$ref": _REFERENCE.format(model=operation.body.__name__)}
        content: dict[str, Any] = {"schema": schema}
        if operation.example is not None:
            content["example"] = operation.example
        found["requestBody"] = {"required": True, "content": {JSON: content}}
    return found


def _path(operation: Operation) -> Iterable[dict[str, Any]]:
    for name in operation.parameters:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query(operation: Operation) -> Iterable[dict[str, Any]]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema(ref_template=_REFERENCE)
    for name, about in schema.get("properties", {}).items():
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": {
                key: value for key, value in _without_null(about).items() if key not in {"title", "description"}
            },
            "description": about.get("description", ""),
        }


def _without_null(about: dict[str, Any]) -> dict[str, Any]:
    """A query has no null: what may be None may be left out."""
    kinds = [kind for kind in about.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return about
    rest = {key: value for key, value in about.items() if key not in {"anyOf", "default"}}
    return {**kinds[0], **rest}


def _headers(operation: Operation) -> Iterable[dict[str, Any]]:
    named = dict(operation.headers)
    if operation.creates:
        named["Idempotency-Key"] = "The same key and body again gives the first answer again, for a day"
    for name, text in named.items():
        schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_HEADER, "pattern": "^[ -~]+$"}
        yield {"name": name, "in": "header", "required": False, "schema": schema, "description": text}


def _responses(operation: Operation) -> dict[str, Any]:
    limited = {} if operation.scope == OPERATIONS else _LIMITED
    found = {str(status): _response(reply, limited) for status, reply in operation.replies.items()}
    statuses = {500, *operation.problems}
    if operation.scope != OPERATIONS:
        statuses |= {400, 429, 503}
    if operation.scope not in {OPERATIONS, PUBLIC}:
        statuses |= {401, 403}
    if operation.body is not None:
        statuses |= {413, 415, 422}
    if operation.query is not None or operation.creates:
        statuses |= {422}
    if operation.creates:
        statuses |= {409}
    if operation.headers:
        statuses |= {400}
    for status in sorted(statuses):
        kinds = [kind for kind in KINDS.values() if kind.status == status]
        found[str(status)] = {
            "description": "; ".join(f"{kind.title} (`{kind.name}`)" for kind in kinds),
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="ProblemRead")}}},
        }
    return found


def _response(reply: Reply, limited: dict[str, str]) -> dict[str, Any]:
    headers = {**limited, **reply.headers}
    found: dict[str, Any] = {"description": reply.description}
    if headers:
        found["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in sorted(headers.items())
        }
    content: dict[str, Any] = {media: {"schema": {}} for media in reply.media}
    if reply.model is not None:
        schema = _schema(reply.model)
        content[JSON] = {"schema": {"anyOf": [schema, {}]} if JSON in reply.media else schema}
    if content:
        found["content"] = content
    return found


def _schema(model: Any) -> dict[str, Any]:
    if isinstance(model, type) and get_origin(model) is None and issubclass(model, BaseModel):
        return {"$ref": _REFERENCE.format(model=model.__name__)}
    return TypeAdapter(model).json_schema(ref_template=_REFERENCE)


def _models(operation: Operation) -> Iterable[type[BaseModel]]:
    if operation.body is not None:
        yield operation.body
    for reply in operation.replies.values():
        for kind in (reply.model, *get_args(reply.model)):
            if isinstance(kind, type) and get_origin(kind) is None and issubclass(kind, BaseModel):
                yield kind


def _mode(model: type[BaseModel], operations: Sequence[Operation]) -> str:
    return "validation" if any(operation.body is model for operation in operations) else "serialization"
