"""The first part as it must be for the voices, whoever wrote it.

Behind every back end the same: the episode begins with its own story, not with a greeting, and a
slow voice says nothing before it can be there. Nothing is invented for that: a line goes to the
other host, or a line that claims nothing goes.
"""

from agents.aims.text.grounded.lexicon import STOP, words_of
from agents.aims.text.grounded.opening import name_briefly
from agents.aims.text.grounded.words import count_words
from agents.aims.text.pacing import SHORTEST_WORDS, OpeningClock, all_slow, other_host
from agents.aims.text.tasks import Line, OutlineParameters
from agents.pswa.connectives import judge_connective
from agents.pswa.evidence import tokenise
from agents.pswa.gate import Checked, Verdict
from agents.pswa.ground import Ground

GREETING = "it opens the episode and does not speak of it"
GREETS = words_of("""
    welcome hello hi hey greetings morning afternoon evening join joins joining joined thanks thank
    show episode podcast programme program listener listeners listening tuning
""")
"""Words that speak of the show and its listeners, where neither topic nor sources have them."""
TOO_SOON = "the voice that should say it could not be there yet"


def mend_opening(checked: Checked, parameters: OutlineParameters, ground: Ground) -> Checked:
    """The first part, after the gate, as the voices can speak it without a pause."""
    clock = OpeningClock(parameters)
    mended = Checked(checked.heading)
    if opener := write_opener(checked, parameters, ground):
        keep(mended, Verdict(opener, "kept"), clock)
    standing = {id(line) for line in checked.lines}
    for verdict in checked.verdicts:
        if id(verdict.line) in standing:
            keep(mended, place(verdict, mended, clock, ground), clock)
        else:  # a line that the gate stopped, or one of an answer that was refused
            mended.verdicts.append(verdict)
    return mended


def keep(mended: Checked, verdict: Verdict, clock: OpeningClock) -> None:
    """Add a verdict, and its line where it is spoken."""
    mended.verdicts.append(verdict)
    if verdict.fate != "silenced":
        mended.lines.append(verdict.line)
        clock.add(verdict.line.speaker, verdict.line.text)


def place(verdict: Verdict, mended: Checked, clock: OpeningClock, ground: Ground) -> Verdict:
    """What becomes of a line that the gate let through."""
    line = verdict.line
    telling = tells(line, ground)
    begun = any(told.kind == "fact" for told in mended.lines)
    if not telling and (not mended.lines or (not begun and greets(line, ground))):
        return Verdict(line, "silenced", GREETING)
    speaker = line.speaker if mended.lines else clock.parameters.opens
    if not mended.lines or clock.is_too_soon(speaker, line.text):
        if not telling:
            return Verdict(line, "silenced", TOO_SOON)
        speaker = speaker if not mended.lines else other_host(speaker)
    return Verdict(line.model_copy(update={"speaker": speaker}), verdict.fate, verdict.reason)


def tells(line: Line, ground: Ground) -> bool:
    """Whether an episode may open on a line: a fact, or what names the story and greets nobody."""
    return line.kind == "fact" or (not line.citations and names_story(line, ground))


def names_story(line: Line, ground: Ground) -> bool:
    """Whether a line has a word of the topic, a title, an author or a heading, and no greeting."""
    words = {token.bare for token in tokenise(line.text)} - STOP
    return bool(words & ground.naming_words) and not greets(line, ground)


def greets(line: Line, ground: Ground) -> bool:
    """Whether a line speaks of the show and its listeners."""
    return bool(({token.bare for token in tokenise(line.text)} - ground.given_words) & GREETS)


def write_opener(checked: Checked, parameters: OutlineParameters, ground: Ground) -> Line | None:
    """Where no voice is fast, the episode's name in a breath, before a longer first line."""
    spoken = [line for line in checked.lines if tells(line, ground)]
    if not all_slow(parameters) or not spoken:
        return None
    name = name_briefly(ground.topic or next(iter(ground.titles), ""), ground.titles)
    if name is None or count_words(spoken[0].text) <= max(SHORTEST_WORDS, count_words(name)):
        return None
    line = Line(speaker=parameters.opens, kind="connective", text=name)
    return line if judge_connective(line, ground, "", False, set()) is None else None
