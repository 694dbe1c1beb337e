"""Cities, and the names of streets with the kinds of street they go with, locale by locale.

A street's name is a name of ``streets`` put into a form of ``street_kinds``: ``Maple`` and ``{name} Avenue``. Where the
names are whole (``Hauptstraße``) the only form is ``{name}``. Both lists have the same locales, so what falls back
falls back together. The packages' names are sorted out here: no allotments, no abbreviations, no other country's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from generator.gazetteer import COUNTRIES, country
from generator.vocabulary.sources import mimesis, own
from generator.vocabulary.word_list import Found

_WHOLE: Final = {"{name}": 1.0}
_ENGLISH: Final = (
    "Street 10;Avenue 8;Road 6;Drive 7;Lane 6;Court 4;Way 4;Place 3;Boulevard 2;Circle 3;Terrace 1;Trail 1;Parkway 1"
)
_BRITISH: Final = (
    "Road 12;Street 9;Avenue 7;Close 7;Lane 6;Drive 6;Way 4;Gardens 3;Court 3;Crescent 3;Grove 2;Place 2;Terrace 2"
)
_AUSTRALIAN: Final = (
    "Street 14;Road 8;Avenue 6;Court 5;Drive 5;Place 4;Crescent 3;Close 3;Way 3;Lane 2;Parade 2;Terrace 1;Grove 1"
)
_CANADIAN: Final = "Street 10;Avenue 8;Drive 7;Crescent 6;Road 6;Court 4;Way 3;Lane 3;Place 3;Boulevard 2;Circle 1"
_FRENCH: Final = "Rue 14;Avenue 5;Allée 4;Boulevard 3;Chemin 3;Place 3;Impasse 3;Square 1"


def _after(kinds: str, between: str = " ") -> dict[str, float]:
    """Forms with the kind of street behind the name, from ``kind weight;kind weight``."""
    return {f"{{name}}{between}{kind}": weight for kind, weight in _weighted(kinds)}


def _before(kinds: str, between: str = " ") -> dict[str, float]:
    return {f"{kind}{between}{{name}}": weight for kind, weight in _weighted(kinds)}


def _weighted(kinds: str) -> list[tuple[str, float]]:
    pairs = (each.rpartition(" ") for each in kinds.split(";"))
    return [(kind, float(weight)) for kind, _, weight in pairs]


_KINDS: Final[dict[str, dict[str, float]]] = {
    "en_US": _after(_ENGLISH),
    "en_CA": _after(_CANADIAN),
    "en_GB": _after(_BRITISH),
    "en_AU": _after(_AUSTRALIAN),
    "fr_FR": _before(_FRENCH),
    "fr_CH": _before("Rue 10;Chemin 7;Avenue 4;Route 3;Place 2;Impasse 1"),
    "fr_CA": _before("Rue 14;Avenue 5;Boulevard 4;Chemin 3;Place 1"),
    "es_MX": _before("Calle 12;Avenida 6;Calzada 1;Boulevard 2;Privada 2;Prolongación 1"),
    "it_IT": _before("Via 16;Viale 3;Corso 2;Piazza 2;Largo 1;Vicolo 1"),
    "pt_PT": _before("Rua 14;Avenida 3;Travessa 3;Largo 2;Praça 1"),
    "pl_PL": _before("ul. 1"),
    "hu_HU": _after("utca 12;út 4;tér 2;köz 2;sétány 1"),
    "tr_TR": _after("Caddesi 6;Sokak 8;Bulvarı 1"),
    "ru_RU": _before("ул. 1"),
    "uk_UA": _before("вул. 1"),
    "ar_SA": _before("شارع 8;طريق 3"),
    "ja_JP": {"{name}": 4.0, "{name}1丁目": 4.0, "{name}2丁目": 3.0, "{name}3丁目": 2.0, "{name}4丁目": 1.0},
    "ko_KR": _after("로 8;길 5;대로 1", ""),
    "zh_CN": _after("路 8;街 4;大道 2;东路 3;西路 3;南路 3;北路 3", ""),
    "zh_TW": _after("路 4;街 3;路一段 3;路二段 3;路三段 2", ""),
    **dict.fromkeys(("cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "el_GR", "en_IN", "es_ES", "fi_FI", "he_IL"), _WHOLE),
    **dict.fromkeys(("hi_IN", "id_ID", "nb_NO", "nl_BE", "nl_NL", "pt_BR", "ro_RO", "sv_SE", "th_TH", "vi_VN"), _WHOLE),
}

_STREETS_OF: Final = {"fr_CH": "fr_FR"}
"""Locales that share another one's names."""

_KEPT: Final = {
    "en_US": r"[A-Z][a-z]+( [A-Z][a-z]+)?",
    "en_CA": r"(?!.*(East|West|North|South|Highway))[A-Z][a-z]{2,}( [A-Z][a-z]{2,})?",
    "de": r"(?!.*(Kolonie|Siedlung|Station|friedhof|brücke))[^0-9().]+(straße|strasse|weg|platz|allee|gasse|ring|damm"
    r"|ufer|steig|pfad|chaussee|[ -](Straße|Strasse|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer|Pfad))",
    "es_ES": r"(Calle|Avenida|Plaza|Paseo|Camino|Ronda|Travesía|Glorieta) [^0-9\-]+",
    "it_IT": r"(?!Via|Viale|Piazza|Largo|Corso|Cascina|Strada|Vicolo)[^0-9().]+[^0-9().']",
    "pt_BR": r"(Rua|Avenida|Praça|Travessa|Alameda|Largo|Estrada) [^0-9.]{3,}",
    "pt_PT": r"(?!.*(Bairro| A |Norte|Beco|Nova ))[A-Za-zÀ-ÿ']+ [A-Za-zÀ-ÿ' ]+",
    "nl": r"[^0-9.]+(straat|laan|weg|plein|singel|kade|gracht|dijk|steeg|dreef|lei|baan|plaats|hof)",
    "pl_PL": r"[0-9]+ [A-Z][a-zśźń]+|[^0-9. ]{5,}(ska|cka|owa|na|nia|ta|wa|ra|go|ów)",
    "sv_SE": r"[^0-9.]+(gatan|vägen|gränd|stigen|backen|torget|allén|gata|väg| Gata| Väg)",
    "da_DK": r"[^0-9.]{3,}(vej|gade|allé|plads|vænget|stræde|parken|bakken|toften| Vej| Gade| Allé| Plads)",
    "nb_NO": r"[^0-9.]+(veien|gata|gaten|svingen|stien|bakken|faret|plass|terrasse|allé|haugen|kroken|[^ ]s)",
    "cs_CZ": r"[^0-9.\"]{4,}",
    "hu_HU": r"(?!.* sor$)[^0-9.]{3,}",
    "el_GR": r"(?!.*(Πάροδος|Αδιέξοδο|Άγνωστ|Οδό$))[^0-9.]{4,}",
    "ru_RU": r"[^0-9.]{4,}ая|[А-Я][а-я]+ [А-Я][а-я]+[ао]|[А-Я][а-я]{3,}(ова|ева|ина|ого|ой|ей|нов|ров|тов)",
    "uk_UA": r"[^0-9.]{4,}(ька|на|ова|ста|ева|ина|ого|ів|енка|ича)",
    "ko_KR": r"[^0-9.]{2,4}[^0-9.길로]",
}
"""Which of the packages' names are kept, by locale or by language; matched whole."""


def streets(locale: str) -> Found:
    """The names of streets, to put into ``street_kinds``."""
    if locale not in _KINDS:
        return None
    place = _STREETS_OF.get(locale, locale)
    mine = own("streets")(place)
    if mine:
        return mine
    pattern = re.compile(_KEPT.get(locale) or _KEPT.get(locale.partition("_")[0], ".+"))
    names = (str(name).strip() for name in mimesis("address", "street", "name")(place) or ())
    mended = _MENDED.get(locale, _same)
    return list(dict.fromkeys(mended(name for name in names if pattern.fullmatch(name))))


def street_kinds(locale: str) -> Found:
    """The forms that make a street of a name, with how common they are."""
    return _KINDS.get(locale)


def _same(names: Iterable[str]) -> Iterable[str]:
    return names


def _small_words(names: Iterable[str]) -> Iterable[str]:
    """``Abate Di Tivoli`` as ``Abate di Tivoli``."""
    joining = re.compile(r"(?<= )(Di|Del|Della|Dei|Degli|Delle|Da|De|Do|Dos|Das|E)(?= )")
    return (joining.sub(lambda found: found[0].lower(), name) for name in names)


def _titles(names: Iterable[str]) -> Iterable[str]:
    return (name.title() for name in names)


def _norwegian(names: Iterable[str]) -> Iterable[str]:
    """Names in the genitive are of both kinds: ``Heyerdahls vei`` and ``Heyerdahls gate``."""
    for name in names:
        yield from (f"{name} vei", f"{name} gate") if name.endswith("s") and not name.endswith("plass") else (name,)


_MENDED: Final[dict[str, Callable[[Iterable[str]], Iterable[str]]]] = {
    "it_IT": _small_words,
    "pt_PT": _small_words,
    "hu_HU": _titles,
    "nb_NO": _norwegian,
}

_OWN_CITIES: Final = (
    *("ar_SA", "cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "el_GR", "en_GB", "en_US", "es_ES", "fi_FI", "fr_FR"),
    *("hu_HU", "it_IT", "ko_KR", "nb_NO", "nl_BE", "nl_NL", "pl_PL", "pt_BR", "pt_PT", "ru_RU", "sv_SE", "tr_TR"),
    "uk_UA",
)
"""The locales of which Mimesis has cities of the country: elsewhere it has those of another one of the language."""


def cities(locale: str) -> Found:
    """The country's cities by their inhabitants in thousands; smaller towns follow as one half of the smallest."""
    code = locale.partition("_")[2]
    if code not in COUNTRIES:
        return None
    place = country(code)
    found: dict[str, float] = {}
    for city in place.cities:
        name = city.names[place.language(locale)]
        found[name] = found.get(name, 0.0) + city.population
    least = min(found.values()) / 2
    towns = mimesis("address", "city")(locale) if locale in _OWN_CITIES else None
    return found | {str(town).strip(): least for town in towns or () if str(town).strip() not in found}
