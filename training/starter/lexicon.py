"""Words about sounds: the lexicon's concepts, and which of them the name of a sound speaks of.

In: `text/lexicon.csv` (concept, kind, text), and names as people gave them to files. Out: cleaned names, written out where they
are terse, and the concepts that each name holds. It reads no sound and no weights.
"""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

# Words that say nothing about what sounds.
STOP = frozenset("a an the of on in with at to and for from by its it sound sounds effect noise single note loop".split())
# Concepts that one word alone does not speak of: "metal" is not heavy metal, nor "drop" a bass drop. Found by reading the matches.
NOT_BY_ONE_WORD = frozenset(
    (
        "heavy metal", "blues", "soul music", "pop music", "rock music", "industrial music", "swing music", "electronic music",
        "ambient music", "trance music", "house music", "latin music", "funny music", "christian music", "funk music",
        "bass drop", "computer startup", "stutter edit", "forest ambience", "crescendo", "battle cry", "one shot",
        "jump and land", "engine idling", "brown noise", "bar ambience", "loop group", "rhythm loop", "sound effect", "noise",
        "impact stone", "kitchen ambience", "referee whistle", "wind on microphone", "glockenspiel", "screwdriver",
    )
)  # fmt: skip
# How terse names of games and sample packs are written out: applied in order to the cleaned, lower-case name.
REWRITES = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"^(?:footsteps single step fs|steps step|step) (?P<on>\w+)$", r"footsteps on \g<on>"),
        (r"^(?P<on>\w+) foot ?step$", r"footsteps on \g<on>"),
        (r"^foot ?step (?P<on>.+)$", r"footsteps on \g<on>"),
        (r"^(?:dig|dug) (?P<on>gravel|dirt|sand|grass|snow|ice|metal|glass|wood)$", r"digging in \g<on>"),
        (r"^resource lumbering lumber tree.*", "axe chopping wood"),
        (r"^resource lumbering.*expire", "tree falling"),
        (r"^resource mining mine (?P<on>\w+)", r"pickaxe hitting \g<on>"),
        (r"^resource (?:gathering gather|foraging) (?P<on>leaves|field|fruit|meat)\w*", r"rustling \g<on>"),
        (r"^resource construction saw", "sawing wood"),
        (r"^resource construction (?P<on>wood|stone)", r"hammering on \g<on>"),
        (r"^resource farming hoe", "digging in soil with a hoe"),
        (r"^attack impact arrow ?(?P<on>\w*)", r"arrow hitting target \g<on>"),
        (r"^attack impact shield (?P<on>\w+)", r"shield hit \g<on>"),
        (r"^attack impact sling (?P<on>\w+)", r"stone hitting \g<on>"),
        (r"^attack weapon (?P<what>spear|pike|sword|bow|sling)\w*.*", r"\g<what> swing"),
        (r"^attack weapon arrowfly", "arrow flying"),
        (r"^attack fire.*", "fire whoosh"),
        (r"^human death (?P<who>male|female) death", r"\g<who> death cry"),
        (r"^(?:player|sfx|env sounds|environment|misc|objects|structures|hits|action|liquids) ", ""),
        (r"^inventory (?P<what>\w+)", r"\g<what> handling"),
        (r"^powers ", "magic spell "),
        (r"^enemies (?P<what>\w+) .*", r"\g<what> monster"),
        (r"^body percussion ", ""),
        (r"\bfinger ?clap\b", "hand clapping with fingers"),
        (r"\bpinky ?snap\b", "finger snapping"),
        (r"^animal (?P<what>\w+)$", r"\g<what>"),
        (r"^(?:hat|ride|sn|bd|guit|perc|elec|ambi) ", lambda found: f"{DRUMS[found.group().strip()]} "),
        (r"^mechanical keyboard .*", "typing on a mechanical computer keyboard"),
        (r"^(?:pistol|rifle|ar|rifle small) fire\b.*", "gunshot"),
        (r"^earcon notification .*", "user interface notification beep"),
        (r"^phone ring ?tones? (?P<what>.*)", r"phone ringtone \g<what>"),
        (r"^desk ?top (?P<what>.*)", r"desktop computer notification \g<what>"),
        (r"^field recording .*", "field recording of nature"),
        (r"^toy ?land ", ""),
        (r"^prep piano.*", "prepared piano"),
        (r"^casio ?horn.*", "synthesizer horn"),
        (r"\b(?P<what>citrus juicer) electric\b", r"electric \g<what>"),
    )
)
DRUMS = {
    "hat": "hi-hat", "ride": "ride cymbal", "sn": "snare drum", "bd": "kick drum", "guit": "electric guitar",
    "perc": "percussion", "elec": "electronic", "ambi": "ambient synth",
}  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """`concepts` in the file's order; `texts[i]` is another way to say `concepts[of[i]]`, `kinds[i]` how."""

    concepts: list[str]
    texts: list[str]
    kinds: list[str]
    of: list[int]

    @staticmethod
    def read(path: Path) -> "Lexicon":
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        concepts = list(dict.fromkeys(row["concept"] for row in rows))
        number = {concept: place for place, concept in enumerate(concepts)}
        return Lexicon(
            concepts, [row["text"] for row in rows], [row["kind"] for row in rows], [number[row["concept"]] for row in rows]
        )


def read_captions(path: Path, lexicon: Lexicon) -> tuple[list[str], list[list[int]]]:
    """Captions, and the places of the concepts in each; those without a known concept are left out."""
    number = {concept: place for place, concept in enumerate(lexicon.concepts)}
    captions, held = [], []
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            places = [number[concept] for concept in row["concepts"].split(";") if concept in number]
            if places:
                captions.append(row["caption"])
                held.append(places)
    return captions, held


def read_others(data: Path) -> list[str]:
    """Texts that tuning should leave where they are: AudioCaps' captions, AudioSet's and VGGSound's names."""
    found = []
    for name in ("train", "val", "test"):
        with (data / f"text/audiocaps/{name}.csv").open(newline="") as file:
            found += [text for row in csv.reader(file) for text in row[1:]][1:]
    found += [entry["name"] for entry in json.loads((data / "text/audioset/ontology.json").read_text())]
    found += (data / "text/vggsound/labels.txt").read_text().splitlines()
    return [text for text in dict.fromkeys(found) if text.strip()]


def stem(word: str) -> str:
    """A word without its commonest endings, so that "chopping", "chops" and "chop" are one."""
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith("ed"):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def stems(text: str) -> list[str]:
    return [stem(word) for word in re.findall(r"[a-z0-9']+", text.lower()) if word not in STOP]


class Namer:
    """Cleans names and finds the concepts in them."""

    def __init__(self, lexicon: Lexicon):
        self.words = {word for text in lexicon.texts + lexicon.concepts for word in re.findall(r"[a-z]+", text.lower())}
        self.index: dict[frozenset, set[int]] = {}
        synonyms = [(text, place) for text, kind, place in zip(lexicon.texts, lexicon.kinds, lexicon.of) if kind == "synonym"]
        for text, place in [(concept, place) for place, concept in enumerate(lexicon.concepts)] + synonyms:
            key = frozenset(stems(text))
            if len(key) > 1 or (key and lexicon.concepts[place] not in NOT_BY_ONE_WORD):
                self.index.setdefault(key, set()).add(place)
        self.by_word: dict[str, list[frozenset]] = {}
        for key in self.index:
            self.by_word.setdefault(min(key, key=len), []).append(key)

    def clean(self, name: str) -> str:
        """The name as one would say it: file endings, numbers and separators gone, run-together words apart, games' and sample
        packs' abbreviations written out."""
        name = re.sub(r"\.(wav|mp3|ogg|flac|aiff?|opus)\b", "", name, flags=re.IGNORECASE)
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        name = re.sub(r"[_\-.,;:()\[\]#+~/]+", " ", name)
        name = re.sub(r"\b\d+[a-z]?\b|(?<=[a-z])\d+[a-z]?\b", " ", name, flags=re.IGNORECASE)
        name = " ".join(self._apart(word) for word in name.split())
        for pattern, text in REWRITES:
            if pattern.search(name.lower()):
                name = pattern.sub(text, name.lower())
        return re.sub(r"\s+", " ", name).strip()

    def _apart(self, word: str) -> str:
        """ "metalscrape" as "metal scrape": two words that the lexicon has, where it has not the one."""
        low = word.lower()
        if len(low) < 7 or low in self.words or not low.isalpha():
            return word
        cuts = [cut for cut in range(3, len(low) - 2) if low[:cut] in self.words and low[cut:] in self.words]
        return f"{low[: cuts[0]]} {low[cuts[0] :]}" if len(cuts) == 1 else word

    def concepts(self, name: str) -> list[int]:
        """The concepts whose name or synonym lies whole in `name`, the longest ones only."""
        said = set(stems(name))
        held = [key for word in said for key in self.by_word.get(word, ()) if key <= said]
        widest = [key for key in held if not any(key < other for other in held)]
        return sorted({place for key in widest if len(self.index[key]) <= 3 for place in self.index[key]})
