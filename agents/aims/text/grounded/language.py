"""Whether a text is English: who reads sentences by English rules reads no other language."""

from agents.aims.text.grounded.lexicon import STOP, words_of
from agents.aims.text.grounded.words import split_words

LEAST_SHARE = 0.03
"""The words of an English report are hardly ever fewer; French or Danish has none of them."""
FEW_WORDS = 25
"""So few may be English without one of them, if few of them are others' small words either."""
FOREIGN_SHARE = 0.12
_OF_OTHERS = words_of("""
    a all also am an as at be been by can die do for from had has have he her here hers him his if
    i in is let like made make man may me more most much no nor not now of off on once one only or
    other our over per quite rather same so some still such than then to too up us very was we well
    when while will
""")
_FOREIGN = words_of("""
    al als au avec che con da das de dei del dem den der des det di du e een ein eine el en er es
    est et för het il ist je la las le les los med mit na nach nel og ont op os para por på
    que qui se sich sie som sono su sur til um un una und une van von voor é är
""")
_ENGLISH = STOP - _OF_OTHERS | {"not", "from", "have", "been"}


def is_english(text: str) -> bool:
    """Whether so many of a text's words are small words that no other language has."""
    words = [word.casefold() for word in split_words(text)]
    own = sum(word in _ENGLISH for word in words)
    if own >= LEAST_SHARE * len(words):
        return True
    foreign = sum(word in _FOREIGN for word in words)
    return len(words) < FEW_WORDS and foreign < FOREIGN_SHARE * len(words)
