"""Closed classes of English words that the writer's rules stand on."""

import re


def words_of(text: str) -> frozenset[str]:
    """A set of words, written with spaces between."""
    return frozenset(text.split())


STOP = words_of("""
    a about above after again against all also although am among an and any are as at be because
    been before being below between both but by can could did do does doing down during each
    either else ever every few for from further get gets got had has have having he her here
    hers herself him himself his how however i if in instead into is it its itself just least
    less let like made make many may me might more most much must my myself near no nor not now
    of off often on once one only onto or other our ours ourselves out over own per quite rather
    said same say says she should since so some still such than that the their theirs them
    themselves then there these they this those though through thus to too toward towards under
    until up upon us very was we well went were what when where whether which while who whom
    whose why will with within without would yet you your yours
""")

AUXILIARIES = words_of("""
    am is are was were be been has have had do does did can could will would shall should may
    might must isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't can't
    cannot couldn't won't wouldn't shouldn't
""")

# Finite forms that carry no ending by which they could be known.
IRREGULAR_PAST = words_of("""
    became began bent bit blew bought broke brought built came caught chose cost crept cut dealt
    died drew drove fed fell felt fled flew forgot fought found froze gave grew ground hid hit
    held heard hung hurt kept knew laid led left lent let lit lost made meant met paid proved
    put quit ran rang read rode rose said sank sang sat saw sent set shook shot shrank shut
    slept sold sought spent split spoke spread stole stood struck stuck swam swept swore swung
    taught thought threw told took tore understood went woke won wore wove wrote
""")

PRESENT = words_of("""
    adds agrees allows appears applies argues asks becomes begins belongs believes breaks brings
    builds calls carries causes changes comes complains consists contains continues costs covers
    depends describes divides does drains dries eats employs ends enters exists expects explains
    falls feeds feels finds follows forms gives goes grows happens has helps holds hopes
    improves includes increases keeps kills knows lasts leads leaves lends lets lies lives looks
    loses makes manages matters means moves needs occurs offers opens pays plans plays produces
    promises provides pulls pushes puts raises reaches reads recalls receives reduces remains
    reports requires rests returns rises rots runs says seems sees sells sends serves settles
    shows shrinks sits sleeps slows smells sounds spends stands starts stays stops suggests
    supplies supports survives takes tells tends tests thinks treats turns uses visits wants
    warns weighs wins works writes need make take give keep find work become cause kill attract
    mean know want help think believe live grow come go carry hold stay show suggest expect
""")

SUBJECT_PRONOUNS = words_of(
    "i we you he she it they nobody everybody everyone somebody someone anyone nothing everything "
    "something there this that these those many most some few all both each none"
)

DETERMINERS = words_of(
    "the a an his her its their our my your this that these those some many most every each no "
    "all both several few two three four five six seven eight nine ten another"
)

PREPOSITIONS = words_of(
    "of in on at by for from with to into onto over under about after before between through "
    "during against without within toward towards behind beside near off up down across along "
    "around among per than as until since"
)

# After one of these nobody says "Really?" or "Interesting."
GRIM = re.compile(
    r"\b(?:dead|deadly|deaths?|die[ds]?|dying|fatal\w*|kill(?:s|ed|er|ers|ing|ings)?|murder\w*"
    r"|massacre\w*|genocide\w*|suicid\w*|corpses?|bodies|bod(?:y|ies) (?:was|were)|funeral\w*"
    r"|grie(?:f|v\w+)|mourn\w*|victims?|casualt\w+|injur\w+|wound(?:s|ed)|maim\w*|tortur\w*"
    r"|abus\w+|assault\w*|rap(?:e|ed|ist)|terror\w*|war|wars|wartime|bomb(?:s|ed|ing|ings)?"
    r"|air raids?|shelling|shot dead|shooting|stabb\w+|drown\w*|starv\w+|famine\w*|epidemic\w*"
    r"|pandemic\w*|cancer\w*|disaster\w*|catastroph\w*|traged\w+|tragic\w*|crash(?:es|ed)?"
    r"|collapsed? (?:on|onto)|perish\w*|lynch\w*|slave\w*|enslaved|holocaust|executed|executions?"
    r"|hanged|lost (?:his|her|their) (?:life|lives|homes?|sons?|daughters?|child\w*|legs?|arms?"
    r"|sight)|eyesight failed|tumou?rs?|stroke|heart attack|miscarr\w+|bereav\w+|orphan\w*"
    r"|refugees?|fled|earthquake\w*|tsunami\w*|hurricanes?|explosions?|exploded|burned to|sank"
    r" with)\b",
    re.IGNORECASE,
)

NUMBER_WORDS = words_of("""
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    hundreds thousand thousands million millions billion billions trillion dozen dozens half
    quarter third thirds twice double triple
""")

SUPERLATIVE = re.compile(
    r"\b(?:most|least|best|worst|first|only|largest|biggest|smallest|longest|shortest|highest"
    r"|lowest|oldest|youngest|earliest|latest|fastest|slowest|strongest|weakest|cheapest|richest"
    r"|deepest|greatest|never|record|unique|single)\b",
    re.IGNORECASE,
)

CONTRAST = re.compile(
    r"\b(?:but|however|yet|although|though|despite|instead|nevertheless|unlike|whereas|surprising"
    r"\w*|unexpected\w*|turned out)\b",
    re.IGNORECASE,
)

IMPERATIVES = words_of("""
    add allow apply ask avoid begin boil build buy call check choose clean close collect combine
    consider cook cover cut dig divide do don't draw drink drop drown dry eat enter fill find
    fold follow give grow heat hold insert keep lay leave let lift look make mark measure mix
    move never open pick place plant pour press pull push put read remove repeat replace rinse
    run save select send set shake sieve sow spread start stir stop store take test tie try turn
    type use visit wait wash watch water wear wipe work write
""")

# A word that makes the whole sentence lean on the one before it.
LEANING = re.compile(
    r"^[\"“'‘(]?(?:this|that|these|those|it|its|it's|they|their|them|he|she|his|her|him|such|so did"
    r"|so was|here|both|neither|either|another|others|the other|the others|the latter|the former"
    r"|the same|the result|the results|the reason|the rest|the remainder|the first|the second"
    r"|the third|the last|one of"
    r"|some of|most of|many of|few of|none of|all of|half of|each of|two of|three of|only \d+"
    r"|that's"
    r"|there,|then|later|afterwards|after that|before that|since then|meanwhile|also|even so|anyway"
    r"|similarly|likewise|(?:\w+ )?(?:hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies))"
    r" (?:later|earlier|before that|after that)|by contrast|in contrast|on the contrary"
    r"|on the other hand|otherwise"
    r"|(?:as|once|while|until) (?-i:the [a-z]+)"
    r"|instead|still|yet|and|but|or|nor|so|too|not everything|today [a-z]+ )\b",
    re.IGNORECASE,
)

# A definite noun phrase that points back: "these boards", "the same year", "at that time".
POINTING = re.compile(
    r"\b(?:these|those|this|such|that same|the same|by then|since then"
    r"|(?:at|in|inside|on|of|from|with|by|for|to|after|before|during|under) that)\b"
    r"(?! (?:is|was|are|were|the|a|an|he|she|it|they|we|you|i)\b)",
    re.IGNORECASE,
)

FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|we|we're|we've|our|ours|us|my|me|mine)\b")

UNITS = words_of("""
    percent per cent degrees metres meters kilometres kilometers miles feet inches centimetres
    centimeters millimetres tonnes tons kilograms kilos pounds grams litres liters gallons
    dollars euros years months weeks days hours minutes seconds decades centuries
""")

# Words whose loss turns a statement round, or makes it more than it was.
NEGATIONS = words_of("not never no nobody none neither nor hardly cannot")
QUALIFIERS = words_of(
    "just only simply partly mainly largely mostly not even perhaps probably especially or "
    "particularly precisely chiefly primarily"
)

# Words that make what follows or precedes them somebody's opinion, or a part of a clause.
SUBORDINATE = words_of("""
    said says say told believe believes believed think thinks thought claim claims claimed argue
    argues argued warn warns warned suggest suggests suggested hoped feared insisted that who
    which whose whom
""")
