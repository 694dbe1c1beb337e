"""Webhooks over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel, Field

from api.accounts.models import moment
from api.accounts.principal import READ, WRITE
from api.problems import ProblemError
from api.rest.bodies import Body
from api.rest.idempotency import Answers
from api.rest.operation import Call, Operation, Reply, reply, route
from api.webhooks.sender import AddressError
from api.webhooks.service import Hook, Webhooks
from generator import Mistake

TAG = "Webhooks"


class AddWebhook(Body):
    """Where the ends of your jobs are to be told: an https address that anybody in the world can reach."""

    url: Annotated[str, Field(min_length=1, max_length=2000, examples=["https://example.com/seedbed"])]


class WebhookRead(BaseModel):
    """A webhook, and its last message: ``pending`` until it is taken (``done``), or given up (``dead``)."""

    id: str
    url: str
    created_at: datetime
    last_event: str | None
    last_state: str | None
    last_error: str | None
    attempts: int

    @classmethod
    def of(cls, found: Hook) -> WebhookRead:
        return cls(
            id=found.id,
            url=found.url,
            created_at=moment(found.created_at),
            last_event=found.last_event,
            last_state=found.last_state,
            last_error=found.last_error,
            attempts=found.attempts,
        )


class NewWebhook(BaseModel):
    """A new webhook with the secret that its messages are signed with, which is shown this once."""

    id: str
    url: str
    created_at: datetime
    secret: str


class WebhookList(BaseModel):
    """A user's webhooks."""

    items: list[WebhookRead]


ADD = Operation(
    "POST", "/webhooks", "add_webhook", "Be told of the ends of your jobs", WRITE, TAG,
    {201: Reply("The webhook, with its secret", NewWebhook)}, body=AddWebhook, problems=(409, 422), creates=True,
    example={"url": "https://example.com/seedbed"},
    description=(
        "Messages are `job.succeeded`, `job.failed` and `job.cancelled`, signed as Standard Webhooks has it, and sent "
        "again for about a day until they are answered with 2xx."
    ),
)  # fmt: skip
LIST = Operation(
    "GET", "/webhooks", "list_webhooks", "List your webhooks", READ, TAG, {200: Reply("The webhooks", WebhookList)},
)  # fmt: skip
DELETE = Operation(
    "DELETE", "/webhooks/{webhook_id:str}", "delete_webhook", "Remove a webhook", WRITE, TAG,
    {204: Reply("It is removed")}, problems=(404,),
)  # fmt: skip


def routes(webhooks: Webhooks, answers: Answers) -> list[HTTPRouteHandler]:
    """The handlers of this room."""

    def add(call: Call) -> Response[Any]:
        try:
            found = webhooks.add(call.user.user_id, call.body.url, call.new_id)
        except AddressError as error:
            raise ProblemError("invalid-request", str(error), (Mistake("$.url", str(error)),)) from None
        made = NewWebhook(id=found.id, url=found.url, created_at=moment(found.created_at), secret=found.secret)
        return reply(made, 201, {"Cache-Control": "no-store"})

    def listed(call: Call) -> Response[Any]:
        return reply(WebhookList(items=[WebhookRead.of(each) for each in webhooks.listed(call.user.user_id)]))

    def delete(call: Call) -> Response[Any]:
        webhooks.delete(call.user.user_id, call.path["webhook_id"])
        return reply(None, 204)

    return [route(ADD, add, answers), route(LIST, listed), route(DELETE, delete)]
