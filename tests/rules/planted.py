"""Identifiers of a made-up family, and more than 200 ways in which somebody might write them.

Written out by hand or by plain string work, apart from the rules that look for them.
"""

from datetime import date

from casereview.rules.known_identifiers import named, person, place

CHILD = "Child 1"
KNOWN = [
    *person(
        CHILD,
        given="Katherine Zofia",
        family=["O'Donnell-Price", "Wiśniewska"],
        others="Kasia",
        days=[date(2013, 7, 1), date(2014, 5, 12)],
        nhs_number="9990000018",
        address="Flat 2, 17 Larkspur Crescent, Leicester",
        postcode="LE3 9QR",
    ),
    *person(
        "Mother",
        given="Małgorzata",
        family=["Wiśniewska"],
        days=[date(1985, 3, 2)],
        nhs_number="9990000026",
        contact="07700 900123, gosia.w@example.org",
    ),
    *person("Father", given="Stephen", family=["O'Donnell-Price"], days=[date(1983, 11, 30)]),
    *person("Child 2", given="Bo", family=["O'Donnell-Price"], days=[date(2010, 2, 9)]),
    *named("Professional 1", "Dr Muhammad Farrukhzad"),
    *place("School A", "Saint Brannock's Primary School"),
    *place("Hospital A", "Thistledown Royal Infirmary"),
]

FULL_NAMES = (
    """
Katherine O'Donnell-Price|Katherine O’Donnell-Price|KATHERINE O'DONNELL-PRICE|
katherine o'donnell-price|Katherine ODonnell Price|Katherine O Donnell Price|
Katherine O'Donnell|Katherine Price|Price, Katherine|O'DONNELL-PRICE, Katherine|
O'Donnell-Price Katherine|Katherine Z. O'Donnell-Price|Katherine Z O'Donnell-Price|
Katherine Zofia O'Donnell-Price|Zofia O'Donnell-Price|Kasia O'Donnell-Price|
Katherine Wiśniewska|Katherine Wisniewska|Katherine WISNIEWSKA|Zofia Wiśniewska|
Katherine (Kasia) O'Donnell-Price|Katherine  O'Donnell-Price|
Katherine_Price|katherine.price|KatherinePrice|PriceKatherine|Katherine\u00a0O'Donnell\u2011Price|
Małgorzata Wiśniewska|Malgorzata Wisniewska|WIŚNIEWSKA Małgorzata|Stephen O'Donnell-Price|
Stephen Price's|Katherine O'Donnell-Price's|Bo O'Donnell-Price|Bo Price|Mohammad Farrukhzad's
""".replace("\n", "").split("|")[:-1]
    + ["Dr Muhammad Farrukhzad", "Farrukhzad, Muhammad", "Katherine\nPrice"]
)
# A slip or a short form beside a family name is found, and a person decides.
NAMES = """
Katherine|KATHERINE|katherine|Katherine's|Katherine’s|Katherines|Catherine|Kathryn|Katharine|Katie|
Kate|Kathy|Katherin|Katherne|Kathreine|Kaetherine|Kath-\nerine|K a t h e r i n e|K.a.t.h.e.r.i.n.e|
Каtherine|Zofia|Sophia|Sofia|Zofya|Zophia|Kasia|O'Donnell|O’Donnell|ODonnell|O Donnell|O'Donnel|
O'Donel|ODonell|O'Donnell-\nPrice|Price|Prices|A. O'Donnell-Price|K O'Donnell-Price|
Mrs O'Donnell|Mr Price|the Price family|Wisniewska|WIŚNIEWSKA|Wiśniewska's|Wisniewski|Wisnewska|
Wiśniewskа|Wisniewska-Smith|Smith-Wisniewska|Małgorzata|Malgorzata|Gosia|Margaret|Malgorzatas|
Malgozata|Stephen|Steven|Steve|Stefan|Stevie|Stepehn|Stehpen|STEPHEN|Bo|BO|Bo's|Farrukhzad|
Farukhzad|Farrukzad|Farrukhzads|Muhammad|Mohammed|Mohamed|Muhammed
""".replace("\\n", "\n")
NAMES = [one for one in NAMES.strip("\n").replace("|\n", "|").split("|")]
NHS_NUMBERS = [
    "9990000018",
    "999 000 0018",
    "999-000-0018",
    "999.000.0018",
    "999 0000018",
    "9990 000 018",
    "99 90 00 00 18",
    "9 9 9 0 0 0 0 0 1 8",
    "999\u00a0000\u00a00018",
    "999\n000 0018",
    "999 – 000 – 0018",
    "(999) 000 0018",
    "NHS9990000018",
    "NHS No:9990000018X",
    "2 999 000 0018",
    "999/000/0018",
    "999OOOOO18",
    "999 000 00l8",
    "９９９ ０００ ００１８",
    "9990000026",
    "999 000 0026",
]
POSTCODES = [
    "LE3 9QR",
    "LE39QR",
    "le3 9qr",
    "le39qr",
    "Le3 9Qr",
    "LE3  9QR",
    "LE3-9QR",
    "LE3\n9QR",
    "L E 3 9 Q R",
    "LE3\u00a09QR",
    "LE3.9QR",
    "LE 3 9QR",
    "LE3 9 QR",
    "ＬＥ３ ９ＱＲ",
    "postcodeLE39QR",
]
SECTORS = ["LE3 9", "le3 9"]
ADDRESSES = [
    "17 Larkspur Crescent",
    "17 Larkspur Cres",
    "17, Larkspur Cres.",
    "17 LARKSPUR CRESCENT",
    "17 larkspur crescent",
    "Larkspur Crescent",
    "Larkspur Cr",
    "Flat 2, 17 Larkspur Crescent",
    "Larkspur\nCrescent",
    "Larkspurr Crescent",
    "Larkspur Cresent",
    "17A Larkspur Cres",
    "Larkspur-Crescent",
]
PLACES = [
    "Saint Brannock's Primary School",
    "St Brannock's Primary School",
    "St. Brannocks Primary",
    "St Brannock’s School",
    "ST BRANNOCKS",
    "St Brannocks Sch",
    "Saint Branock's Primary School",
    "Brannock's School",
    "Thistledown Royal Infirmary",
    "thistledown royal infirmary",
    "Thistledown Infirmary",
    "Thistledown Hosp",
    "TRI",
    "Thistledown Royal",
]
CONTACTS = [
    "07700 900123",
    "07700900123",
    "+447700900123",
    "+44 (0)7700 900 123",
    "0044 7700 900123",
    "07700-900-123",
    "(07700) 900123",
    "gosia.w@example.org",
    "GOSIA.W@EXAMPLE.ORG",
]
INITIALS = [
    "KP, born 1 July 2013",
    "K.P. (dob July 2013)",
    "K P, who died in May 2014",
    "KZP (2014)",
    "K.O. died 12 May 2014",
    "KO, 2013,",
    "K. Z. O., May 2014,",
    "KW born 01/07/2013",
    "MW (1985)",
    "S.P., b. 30.11.83,",
]


def dates() -> list[str]:
    """Return usual ways to write 12 May 2014 and 1 July 2013."""
    found = []
    for day, month, short, number, year in (
        (12, "May", "May", 5, 2014),
        (1, "July", "Jul", 7, 2013),
    ):
        ending = "st" if day == 1 else "th"
        two = year % 100
        found += [
            f"{day} {month} {year}",
            f"{day}{ending} {month} {year}",
            f"{day}{ending} of {month} {year}",
            f"the {day}{ending} of {month}, {year}",
            f"the {day}{ending} day of {month} {year}",
            f"{day} {short} {year}",
            f"{day}-{short}-{year}",
            f"{day}-{short}-{two}",
            f"{day} {short} ’{two}",
            f"{day}{month.upper()}{year}",
            f"{day:02} {month} {year}",
            f"{month} {day}, {year}",
            f"{month} {day}{ending} {year}",
            f"{month} the {day}{ending}, {year}",
            f"{short}. {day}, {year}",
            f"{day} {month}",
            f"{day}{ending} of {month}",
            f"{month} {day}{ending}",
            f"{day}/{number}/{year}",
            f"{day:02}/{number:02}/{year}",
            f"{day:02}/{number:02}/{two}",
            f"{day}.{number}.{year}",
            f"{day:02}.{number:02}.{two}",
            f"{day}-{number}-{year}",
            f"{day:02} {number:02} {year}",
            f"{day} / {number} / {year}",
            f"{year}-{number:02}-{day:02}",
            f"{year}/{number:02}/{day:02}",
            f"{year}{number:02}{day:02}",
            f"{day:02}{number:02}{year}",
            f"{day:02}{number:02}{two}",
            f"{number}/{day}/{year}",
            f"Monday {day} {month} {year}",
            f"{day} {month.upper()} {year}",
            f"{day}\n{month} {year}",
        ]
    found += ["twelfth of May 2014", "the twelfth of May", "first of July 2013", "July the first"]
    return found
