# ruff: noqa: RUF001 - phonemes are written in their own letters
"""Words that the dictionary lacks or reads wrongly, in the engines' alphabet."""

PRONUNCIATIONS: dict[str, str] = {
    "résumé": "ɹˈɛzəmˌA", "résumés": "ɹˈɛzəmˌAz", "exposé": "ˌɛkspOzˈA", "rosé": "ɹOzˈA",
    "déjà": "dˌAʒˈɑ", "façade": "fəsˈɑd", "Zoë": "zˈOi", "Chloë": "klˈOi", "Chloe": "klˈOi",
    "Siobhan": "ʃəvˈɔn", "Niamh": "nˈiv", "Saoirse": "sˈɪɹʃə", "Sean": "ʃˈɔn",
    "Goethe": "ɡˈɜɹTə", "Nguyen": "nəwˈɪn", "Xi": "ʃˈi", "Qatar": "kˈɑtɑɹ", "Kyiv": "kˈiiv",
    "Ljubljana": "ljˌubliˈɑnə", "Łódź": "wˈuʤ", "Dvořák": "dvˈɔɹʒɑk", "Worcester": "wˈʊstəɹ",
    "Leicester": "lˈɛstəɹ", "Greenwich": "ɡɹˈɛnɪʧ", "Edinburgh": "ˈɛdᵻnbɜɹə",
    "Arkansas": "ˈɑɹkənsˌɔ", "Versailles": "vɛɹsˈI", "Marseille": "mɑɹsˈA",
    "Kubernetes": "kˌubəɹnˈɛTiz", "Debian": "dˈɛbiən", "Ubuntu": "ʊbˈʊntu", "nginx": "ˈɛnʤɪn ˈɛks",
    "PostgreSQL": "pˈOstɡɹɛs kjˌuˈɛl", "SQL": "sˈikwəl", "GIF": "ɡˈɪf", "GNU": "ɡnˈu",
    "LaTeX": "lˈAtɛk", "GUI": "ɡˈui", "Aethercast": "ˈiθəɹkˌæst",
}  # fmt: skip
