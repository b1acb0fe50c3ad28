"""What the hosts say around the facts. Nothing here claims anything.

A phrase is said once in an episode. Their order is drawn from the episode itself, so that two
episodes do not sound alike, and the same episode always sounds the same.
"""

import hashlib
from collections.abc import Iterable

BANK: dict[str, tuple[str, ...]] = {
    "why": (
        "Why?",
        "Why is that?",
        "How come?",
        "And why?",
        "What explains that?",
        "Why exactly?",
        "And why is that?",
        "But why?",
    ),
    "consequence": (
        "So what follows?",
        "With what result?",
        "And the upshot?",
        "And the consequence?",
        "What follows from that?",
        "And the effect?",
        "And the result?",
        "So what does that mean?",
    ),
    "example": (
        "For example?",
        "Is there an example?",
        "Can you give an example?",
        "Such as?",
        "What would be an example?",
        "Can we make that concrete?",
        "Do you have an example?",
    ),
    "addition": (
        "What else?",
        "And beyond that?",
        "Is that all?",
        "Is there more to it?",
        "Anything else?",
        "Does it stop there?",
        "And on top of that?",
    ),
    "restatement": (
        "In other words?",
        "Put simply?",
        "In plain words?",
        "And put plainly?",
        "Meaning what?",
    ),
    "next": (
        "What happened next?",
        "And then?",
        "Then what?",
        "And after that?",
        "What came next?",
        "And from there?",
        "How does the story go on?",
        "What was the next step?",
        "And what then?",
        "And later?",
    ),
    "jump": (
        "Let's jump ahead.",
        "And what came later?",
        "Let's skip ahead a bit.",
        "Now a step forward in time.",
        "Let's move ahead in time.",
        "And some time later?",
    ),
    "money": (
        "What about the money?",
        "And the money?",
        "And in money?",
        "How does it look on the money side?",
        "Can we talk about money?",
    ),
    "numbers": (
        "What do the numbers say?",
        "Are there figures on that?",
        "Can you put a number on it?",
        "What do the figures show?",
        "How does that look in numbers?",
        "Any numbers?",
        "Do we have figures?",
        "Can we put that in numbers?",
        "Is there a number for that?",
        "What are the figures?",
    ),
    "people": (
        "Who's involved?",
        "Who comes in here?",
        "Who are the people in this?",
        "Who do we meet here?",
        "Who is at the centre of that?",
        "Who steps in?",
        "And the people in this?",
    ),
    "quote": (
        "What's been said about it?",
        "Is there a voice on that?",
        "Who has spoken about it?",
        "Do we have that in someone's own words?",
        "Is anyone on record?",
        "How does it sound first-hand?",
    ),
    "problem": (
        "Any trouble?",
        "What about the difficulties?",
        "Any obstacles?",
        "What's the hard part?",
        "What about the risks?",
        "And the downside?",
        "Is there a catch?",
        "What can go wrong?",
        "Any problems?",
        "Where's the difficulty?",
    ),
    "evidence": (
        "How do we know?",
        "What's the evidence?",
        "Has that been tested?",
        "Is there proof?",
        "Has anyone checked?",
        "What does the research say?",
        "Is that backed up?",
    ),
    "advice": (
        "So what do you do?",
        "What's the advice?",
        "And in practice?",
        "How do you go about it?",
        "What do you do then?",
        "How is it done?",
        "What's the trick?",
        "What should people do?",
        "What would you tell a beginner?",
        "What does that mean for me?",
        "What's the rule here?",
        "How should I do it?",
    ),
    "today": (
        "And today?",
        "Where do things stand now?",
        "How about now?",
        "And now?",
        "What's the picture today?",
        "Where does that stand today?",
    ),
    "future": (
        "And the future?",
        "What lies ahead?",
        "And looking ahead?",
        "Where is this going?",
        "What's still to come?",
    ),
    "origin": (
        "Where does it start?",
        "How did it begin?",
        "Where does that go back to?",
        "How did that come about?",
        "How far back does that go?",
    ),
    "standout": (
        "What stands out?",
        "What's the striking part?",
        "What's remarkable about it?",
        "Where does it get interesting?",
    ),
    "comparison": (
        "How does that compare?",
        "Compared with what?",
        "And elsewhere?",
        "Is it like that everywhere?",
    ),
    "mechanism": (
        "How does that work?",
        "What's going on there?",
        "How should I picture that?",
        "What's the mechanism?",
        "Walk me through it.",
        "How does it work?",
        "Help me picture it.",
        "Can you spell that out?",
        "How does that happen?",
    ),
    "fault": (
        "And if it goes wrong?",
        "How would I notice?",
        "What should I look out for?",
        "And if something is off?",
        "What are the signs?",
    ),
    "generic": (
        "Go on.",
        "Tell me more.",
        "I'm listening.",
        "Keep going.",
        "What else should I know?",
        "I'm with you.",
        "Right.",
        "Say more about that.",
        "Let me hear the rest.",
        "I see.",
        "Okay.",
        "And?",
        "What more is there?",
        "Got it.",
        "Understood.",
        "Hm, okay.",
        "Good to know.",
        "Give me the details.",
        "Let's go a bit deeper.",
        "Let's unpack that.",
        "Mm-hm.",
        "Noted.",
        "Don't stop there.",
        "All right.",
        "Okay, and what else?",
        "Let's stay with that for a moment.",
        "I want to hear more about that.",
        "And that's not all?",
        "Right, go on.",
        "Okay, I see.",
    ),
    "move": (
        "Where do we go from here?",
        "Let's move on.",
        "What else belongs to the story?",
        "Take me to the next point.",
        "What else do we need to hear?",
        "What else is there to tell?",
        "What should we look at next?",
        "What's still missing?",
        "Shall we go on?",
        "And what else?",
        "What else matters here?",
        "What else should people know?",
        "Let's look further.",
        "Let's pick up the next thread.",
        "What else is worth knowing?",
        "Let's keep going.",
        "What's the next thing to know?",
        "So what else?",
        "Which point comes next?",
        "Let's turn to the next point.",
        "What would you add?",
        "Then let's go further.",
        "What else is part of this?",
        "Is there more to the story?",
        "Let's take the next step.",
    ),
    "open": (
        "Where do we start?",
        "Set the scene for us.",
        "How does it begin?",
        "Take it from the top.",
        "Where does the story open?",
        "Give us the beginning.",
        "What do we need to know first?",
    ),
    "bye": (
        "Thanks for listening.",
        "Thank you for listening.",
        "That's it from us. Thanks for listening.",
        "And that's our time. Thank you for being with us.",
        "Until next time.",
        "Thanks for spending this time with us.",
    ),
}

# Said with a light heart: not after death or harm.
LIVELY = frozenset({"generic", "standout", "quote", "mechanism"})
SOBER_GENERIC = ("Go on.", "What else should I know?", "Tell me more.", "And what came after?")

HEADED: dict[str, tuple[str, ...]] = {
    "noun": (
        "Tell me about {h}.",
        "What about {h}?",
        "Let's talk about {h}.",
        "Let's turn to {h}.",
        "I'd like to hear about {h}.",
        "Now for {h}.",
        "And {h}?",
        "Which brings us to {h}.",
        "Let's get to {h}.",
        "Shall we get to {h}?",
        "What should I know about {h}?",
    ),
    "gerund": (
        "How about {h}?",
        "Let's get to {h}.",
        "What should I know about {h}?",
        "Now for {h}.",
        "Let's talk about {h}.",
        "What about {h}?",
        "And {h}?",
    ),
    "clause": (
        "Tell me {h}.",
        "I'd like to know {h}.",
        "Can you explain {h}?",
        "Can you tell me {h}?",
        "Let's look at {h}.",
    ),
    "when": ("And {h}?", "What about {h}?"),
    "label": (
        "{H}: what's behind that?",
        "Next chapter: {H}.",
        "{H}. What's that about?",
        "Which brings us to “{H}”.",
        "The next chapter is called “{H}”.",
        "So, “{H}”. Tell me.",
        "And then: {H}.",
    ),
}

SOURCED: tuple[str, ...] = (
    "Let's open “{t}”.",
    "Now to “{t}”.",
    "Over to “{t}”.",
    "Here is what “{t}” says.",
    "This next piece comes from “{t}”.",
    "The following comes from “{t}”.",
    "Let's bring in “{t}”.",
    "Next, a look into “{t}”.",
)


def draw(options: Iterable[str], seed: str) -> list[str]:
    """The options in an order that depends on nothing but them and the seed."""
    return sorted(options, key=lambda option: _rank(option, seed))


def _rank(option: str, seed: str) -> str:
    return hashlib.blake2b(f"{seed}\0{option}".encode(), digest_size=8).hexdigest()


class Bank:
    """The phrases of one episode, less those already said."""

    def __init__(self, seed: str, said: Iterable[str]) -> None:
        self.seed = seed
        self.said = {text.casefold() for text in said}

    def left(self, category: str) -> list[str]:
        """Phrases of a category that nobody has said yet."""
        return [p for p in draw(BANK[category], self.seed) if p.casefold() not in self.said]

    def pick(self, category: str, avoid: str = "") -> str | None:
        """Take a phrase; one that begins with the word ``avoid`` is passed over."""
        for phrase in self.left(category):
            if not (avoid and phrase.casefold().startswith(avoid.casefold())):
                return self.take(phrase)
        return None

    def fill(self, templates: tuple[str, ...], turn: int, **words: str) -> str | None:
        """Take a template filled with words of the source, the ``turn``-th in the draw."""
        order = draw(templates, self.seed)
        for step in range(len(order)):
            phrase = order[(turn + step) % len(order)].format(**words)
            if phrase.casefold() not in self.said:
                return self.take(phrase)
        return None

    def take(self, phrase: str) -> str:
        """Mark a phrase as said."""
        self.said.add(phrase.casefold())
        return phrase
