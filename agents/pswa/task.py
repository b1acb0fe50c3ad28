"""The task ``pswa.weave_script``."""

from contextlib import suppress
from functools import cache
from typing import Any
from uuid import UUID

from agents.aims.client import AimsClient
from agents.canonical import JSON, digest
from agents.errors import Cancelled, FenceLost
from agents.failures import describe_error
from agents.journal import Produced
from agents.pswa.casting import Casting, VoiceBook
from agents.pswa.script import Plan, Preferences, ScriptPart
from agents.pswa.settings import ScriptSettings
from agents.pswa.store import ScriptStore, SourceRow, read_sources
from agents.pswa.weaving import Order, weave
from agents.task import AgentCall, agent_task


@agent_task("pswa.weave_script")
def weave_script(
    call: AgentCall,
    *,
    script_id: UUID,
    revision: int,
    topic: str,
    source_ids: list[UUID],
    preferences: dict[str, Any],
) -> JSON:
    """Write the script of an episode out of its sources; returns the PodcastScript.

    One that is finished is returned as it stands, with nobody else up but the database.
    """
    store = ScriptStore(call.transaction, script_id, revision)
    done = store.find_finished()
    if done is not None:
        return done.as_json()
    settings, wanted = ScriptSettings(), Preferences.model_validate(preferences)
    rows = store.find_sources(source_ids, call.user_id)
    client = open_client(call.settings.aims_url, call.settings.service_token.get_secret_value())
    casting = Casting.of(wanted, open_book(client).read(), settings)
    topic_hash = hash_inputs(call.user_id, topic, rows, wanted, settings, casting)
    store.begin(call.workflow_id, call.user_id, topic_hash, settings.writer_name)
    try:
        sources = read_sources(rows, source_ids)
        order = Order(script_id, revision, topic, sources, wanted, settings, casting)
        script = weave(order, CallDesk(call, store, settings, client))
        store.complete(script, script.estimated_seconds if casting.paced else None)
        return script.as_json()
    except (Cancelled, FenceLost):
        raise
    except Exception as error:
        with suppress(Cancelled, FenceLost):
            described = describe_error(error)
            store.fail(described["type"], described["message"], described["retryable"])
        raise


def hash_inputs(
    user_id: UUID | None,
    topic: str,
    sources: list[SourceRow],
    preferences: Preferences,
    settings: ScriptSettings,
    casting: Casting,
) -> str:
    """A hash over every input of the writing: whatever may change a word of it."""
    inputs = {
        "caller": str(user_id),
        "topic": topic,
        "sources": [[str(s.source_id), s.title, digest(s.body), s.outline] for s in sources],
        "preferences": preferences.model_dump(mode="json"),
        "model": settings.writer_name,
        "pace": settings.model_dump(mode="json", include=PACE),
        "casting": casting.as_parameters(),
    }
    return digest(inputs)


PACE = {"words_per_minute", "line_pause_seconds", "turn_pause_seconds", "part_pause_seconds"}


class CallDesk:
    """The weaving's surroundings inside a task: AIMS through the journal, parts into the store."""

    def __init__(
        self, call: AgentCall, store: ScriptStore, settings: ScriptSettings, client: AimsClient
    ) -> None:
        self._call = call
        self._store = store
        self._settings = settings
        self._client = client

    def ask(self, task: str, body: JSON, inputs: JSON) -> JSON:
        """Ask AIMS, or the journal where the same was asked before."""
        self._call.checkpoint()

        def produce(_: str) -> Produced:
            answer = self._client.generate(
                body["task"], messages=body["messages"], sources=body["sources"],
                parameters=body["parameters"],
                deadline_seconds=self._settings.script_timeout_seconds,
                checkpoint=self._call.checkpoint,
            )  # fmt: skip
            units = {k: float(v) for k, v in answer.usage.items() if isinstance(v, int | float)}
            return Produced({"output": answer.output, "model": answer.model}, units)

        return self._call.journal.remember(task, inputs, produce, self._settings.writer_name)

    def published(self) -> dict[int, ScriptPart]:
        """The parts that stand already."""
        return self._store.published()

    def plan(self, plan: Plan) -> None:
        """Tell how much there will be, before the first part stands."""
        self._store.plan(plan)
        self._call.progress(0, plan.parts, "parts")

    def publish(self, part: ScriptPart, done: int, total: int) -> None:
        """Make a part stand and tell how far we are."""
        self._store.publish(part)
        self._call.progress(done, total, "parts")


@cache
def open_book(client: AimsClient) -> VoiceBook:
    """What one service said of its voices, kept for a process."""
    return VoiceBook(client)


@cache
def open_client(url: str, token: str) -> AimsClient:
    """One client per process and service."""
    return AimsClient(url, token)
