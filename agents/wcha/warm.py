"""What a process that forks harvests does once, so that no harvest does it again."""


def warm() -> None:
    """Import all that a harvest uses, and let it be used once. Opens no connection.

    Most of the time of a small harvest would otherwise go into imports.
    """
    import protego  # noqa: F401

    import agents.wcha.manners
    import agents.wcha.web  # noqa: F401
    from agents.wcha.fetch import tls_context
    from agents.wcha.gist import cover_prompt, first_sentence
    from agents.wcha.reading.warm import warm as warm_parsers
    from agents.wcha.text import Extracted

    warm_parsers()
    tls_context()
    text = Extracted("The first sentence of a text says in a few words what the text is about.")
    first_sentence(text)
    cover_prompt("Nothing", [text])
