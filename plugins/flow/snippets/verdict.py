"""How a refresh ended, judged from its result."""

from plugins.flow.outcome import Outcome, explain_sentence
from plugins.flow.snippets.result import Result

NOT_FOUND = "Topics could not be looked for"
NO_CARDS = "No card could be written"
NOT_GATHERED = "What became of the cards could not be gathered"
NOT_COMPOSED = "The page could not be composed"
UNCLOSED = "The cards were made, but the refresh could not be closed."


def judge_refresh(result: Result) -> Outcome:
    """``failed`` where nothing came of it that was asked for; one bad topic costs one card."""
    if result.discover is None or result.discover.status != "completed":
        return Outcome("failed", explain_sentence(NOT_FOUND, result.discover))
    if result.topics and not result.made:
        return Outcome("failed", f"{NO_CARDS}: {result.failed[0].reason}")
    troubles = list_troubles(result)
    if not troubles:
        return Outcome("completed")
    return Outcome("completed_with_errors", " ".join(troubles))


def list_troubles(result: Result) -> list[str]:
    """A sentence for each thing that did not go well, the dearest first."""
    troubles = []
    if failed := len(result.failed):
        troubles.append(f"{counted(failed, 'topic')} gave no card: {_first(result)}")
    if bare := len(result.bare):
        troubles.append(f"{counted(bare, 'card')} without a cover.")
    if failing := len(result.failing_feeds):
        troubles.append(f"{failing} of {len(result.feeds)} feeds failing.")
    if result.collect is None or result.collect.status != "completed":
        troubles.append(explain_sentence(NOT_GATHERED, result.collect))
    if lacks_page(result):
        troubles.append(explain_sentence(NOT_COMPOSED, result.compose))
    return troubles


def lacks_page(result: Result) -> bool:
    """Whether there was a page to compose, and none was. What one person explored is on none."""
    if result.compose is not None and result.compose.status in ("failed", "cancelled"):
        return True
    is_for_all = any(not card.is_own for card in result.made)
    is_settled = result.compose is not None and result.compose.status in ("completed", "skipped")
    return is_for_all and not is_settled


def unfinished_refresh(result: Result) -> str:
    """Why a refresh failed whose last step could not say so."""
    outcome = judge_refresh(result)
    return outcome.error if outcome.status == "failed" and outcome.error else UNCLOSED


def counted(count: int, thing: str) -> str:
    """``1 card``, ``2 cards``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _first(result: Result) -> str:
    reason = result.failed[0].reason
    return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."
