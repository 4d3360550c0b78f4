"""Other ways to write a name: short forms, usual spellings, and slips of the pen."""

from collections.abc import Iterable, Sequence

from casereview.rules.ordinary_words import ORDINARY

# Spellings and short forms that stand for one another, the folded letters of each.
_GROUPS = """
abdul abdel abdal|abdullah abdallah abdulla|abigail abi abbie abby abbi|adam adem|
agnieszka aga agnes|ahmed ahmad ahmet achmed|aisha ayesha aysha aishah ayshe aicha|
alan allan allen alun|aleksandra alexandra alex lexi sandra ola|alexander aleksander alex alec|
alistair alasdair alastair alister|ali aly alli|amelia amelie emilia|amy aimee ami|andrew andy drew
andrzej andrei|ann anne anna annie hannah hanna ana anya ania|anthony antony tony anton|
barbara basia barb babs|benjamin ben benny benji|bernadette bernie|brian bryan bryn|
callum calum|carl karl|caroline karoline carolyn carrie caz|catherine katherine kathryn katharine
cathryn catharine katarzyna kate katie katy kathy cathy cath kath kasia kat kitty|
charles charlie chas chuck|charlotte charlie lottie lotte|christina kristina christine krystyna
tina chrissie|christopher kristopher chris kit krzysztof topher|claire clare clair|
connor conor|daniel dan danny daniyal danyal|danielle dani daniela|david dave davey dawid dafydd|
deborah debra debbie deb|dominic dominik dom|dorothy dot dotty dolly|edward ed eddie ned ted teddy|
eleanor elinor ellie nell nellie eleanora|elizabeth elisabeth liz lizzie lizzy beth betty eliza
elsie libby bess elzbieta ela|emily emilie em emmy|emma em|fatima fatma fatimah fatema fatoumata|
francis frances fran frankie frank|frederick fred freddie freddy frederic|gabriel gabe|
geoffrey jeffrey geoff jeff|george georgie jerzy|georgina georgia georgie|gerald gerard gerry jerry|
graham graeme grahame|gregory greg gregor grzegorz|harold harry hal|henry harry hal henri|
hassan hasan|hussain hussein husain hossain hussien|ibrahim ebrahim ibraheem|
isabel isabelle isobel isabella izzy bella issy|jacob jake jakub kuba yakub yaqub|
jacqueline jackie jacqui|james jim jimmy jamie jem|jane jayne janie|janet jan|jasmin jasmine yasmin
yasmine yasmeen jaz|jennifer jenny jen jenni|jessica jess jessie|joan joanna joanne jo johanna asia|
john jon johnny jack jan ian sean shaun shawn|jonathan jonathon john jon johnny|joseph joe joey
jozef yusuf yousef yusef youssef|joshua josh|julia julie juliette jules|justin justyn|karen
karin caren|
keiran kieran ciaran kieron|kenneth ken kenny|khadija khadijah kadija|kimberley kimberly kim|
laura lorraine laurie|lauren loren|lawrence laurence larry laurie|leo leon|leah lea lia|
lewis louis luis lou|lily lilly lillie lili lilian lillian|linda lynda lin|louise lou louisa|
lucy lucie luce|luke lucas lukas lukasz luca|lynn lynne linn|madeleine madeline maddie maddy|
magdalena magda|malgorzata margaret gosia|margaret maggie meg peggy madge marge margie greta daisy|
mark marc marek|maria marie mary mariya maryam mariam miriam|martin martyn marcin|
matthew mathew matt matty mateusz|maximilian max maks|megan meghan meg|mehmet mohammed|
michael mike mick micky mickey mikey micheal mikael michal|michelle michele shell|
mohammed muhammad mohamed mohammad muhammed mohamad mohd md muhamad mo mehmed|mustafa mustapha|
natalie nathalie natalia nat tasha|nathan nathaniel nathanael nat|neil neal niall|
nicholas nicolas nick nicky niko nikolas|nicola nicole nikki nicky nic|oliver ollie olly olivier|
olivia liv livvy|omar umar omer|oscar oskar|osman usman uthman|patricia pat patsy trish tricia|
patrick pat paddy rick patryk padraig|paul pawel|penelope penny|peter pete piotr petr|
philip phillip phil pip|pauline polly|rachel rachael rach raquel|rebecca rebekah becky becca beck|
richard rick ricky dick rich richie ryszard|robert rob bob bobby robbie bert|roger rodger|
ronald ron ronnie|rosemary rosie rose|rosie rosy|rukhsana ruksana roksana|rupert bert|
samantha sam sammy|samuel sam sammy|sara sarah zara sally|sebastian seb|shaun shawn sean|
sharon shaz|sheila shelagh|siobhan shivaun chevonne|sophia sofia zofia sophie sofie|stephanie
steph stefanie|stephen steven steve stefan stevie stephan|stuart stewart|susan sue susie suzie
susanna suzanne|syed sayed said sayyid saeed|teresa theresa tess terri tessa|terence terry
terrence|thomas tom tommy tomasz tomas|timothy tim timmy|tobias toby|tracey tracy|ursula ula|
valerie val|victor viktor vic|victoria vicky vicki vikki tori|vincent vince vinny|vivian vivien
vivienne viv|walter wally|wendy wendi|william will bill billy willie liam wil wills|yvonne evonne|
zachary zach zack zak zac zachariah|zainab zaynab zeinab|zoe zoey zowie|
macdonald mcdonald|mackenzie mckenzie|maclean mclean|saint st
"""
_SAME_SOUND = (
    ("ph", "f"),
    ("ght", "t"),
    ("sch", "sk"),
    ("ck", "k"),
    ("qu", "kw"),
    ("tch", "ch"),
    ("mac", "mk"),
    ("mc", "mk"),
    ("wr", "r"),
    ("kn", "n"),
    ("ey", "i"),
    ("ie", "i"),
    ("ee", "i"),
    ("ea", "i"),
    ("ei", "i"),
    ("ai", "a"),
    ("ay", "a"),
    ("oo", "u"),
    ("ou", "u"),
    ("th", "t"),
    ("dh", "d"),
    ("kh", "k"),
    ("gh", "g"),
    ("sh", "s"),
    ("x", "ks"),
    ("q", "k"),
    ("z", "s"),
    ("y", "i"),
    ("j", "i"),
    ("w", "v"),
)


def _by_name() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _GROUPS.replace("\n", " ").split("|"):
        names = group.split()
        for name in names:
            found.setdefault(name, set()).update(names)
    return {name: frozenset(others - {name}) for name, others in found.items()}


def sound(name: str) -> str:
    """Return a rough spelling of how a folded name sounds; doubled letters count once."""
    for written, heard in _SAME_SOUND:
        name = name.replace(written, heard)
    if len(name) > 3 and name.endswith("e"):
        name = name[:-1]
    name = name.replace("c", "k").replace("h", name[:1] == "h" and "h" or "")
    return "".join(one for place, one in enumerate(name) if place == 0 or name[place - 1] != one)


def same_names(name: str) -> frozenset[str]:
    """Return the short forms and spellings that stand for a folded name."""
    return _EQUAL.get(name, frozenset())


def slips(words: Sequence[str], names: Iterable[str]) -> dict[str, set[str]]:
    """Return the words that may be a wrong spelling of a name: word -> the names it may be.

    All are folded. A slip is one letter wrong, left out, added or swapped – two from eight letters
    on – or another spelling of the same sound. A name of fewer than four letters has no slips, and
    an ordinary word is none.
    """
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    wanted = [name for name in names if len(name) >= 4 and name.isalpha()]
    asked = [word for word in words if len(word) >= 3 and word.isalpha() and word not in ORDINARY]
    found: dict[str, set[str]] = {}
    if not wanted or not asked:
        return found
    sounds: dict[str, set[str]] = {}
    for name in wanted:
        sounds.setdefault(sound(name), set()).add(name)
    for word in asked:
        for name in sounds.get(sound(word), ()):
            if name != word:
                found.setdefault(word, set()).add(name)
    distances = cdist(asked, wanted, scorer=OSA.distance, score_cutoff=2, dtype="uint8")
    for row, column in zip(*(distances <= 2).nonzero(), strict=True):
        word, name, apart = asked[row], wanted[column], int(distances[row, column])
        if apart and apart <= _allowed(word, name):
            found.setdefault(word, set()).add(name)
    return found


def _allowed(word: str, name: str) -> int:
    if len(name) >= 8:
        return 2 if word[0] == name[0] else 1
    if len(name) >= 5:
        return 1
    # Of four letters: the same ones in another order, or one more or less.
    return int(sorted(word) == sorted(name) or len(word) != len(name))


_EQUAL = _by_name()
