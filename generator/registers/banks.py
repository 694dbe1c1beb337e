"""Banks by country, as the first four letters of their BIC (ISO 9362), and letters of places."""

from __future__ import annotations

from generator.registers.numbering import words

BANKS = {
    country: words(listed)
    for country, listed in {
        "AT": "BKAU GIBA RLNW OPSK RZOO SPIH",
        "AU": "ANZB CTBA NATA WPAC MACQ",
        "BE": "GEBA KRED BBRU GKCC ARSP",
        "BR": "BRAS ITAU BBDE CEFX BSCH",
        "CA": "ROYC TDOM BOFM NOSC CIBC",
        "CH": "UBSW CRES POFI ZKBK RAIF",
        "CN": "ICBK PCBC BKCH ABOC COMM CMBC",
        "CZ": "KOMB CEKO GIBA AGBA FIOB",
        "DE": "DEUT COBA HYVE DRES GENO NOLA BYLA SOLA HELA INGD PBNK",
        "DK": "DABA NDEA JYBA SYBK",
        "ES": "BSCH BBVA CAIX BSAB BKBK",
        "FI": "NDEA OKOY DABA HAND",
        "FR": "BNPA SOGE CRLY AGRI CEPA CMCI PSST",
        "GB": "BARC LOYD NWBK MIDL RBOS HBUK ABBY TSBS",
        "GR": "ETHN CRBA PIRB ERBK",
        "HU": "OTPV OKHB GIBA BACX UBRT",
        "IE": "AIBK BOFI ULSB IPBS",
        "IL": "LUMI POAL IDBL MIZB",
        "IN": "SBIN HDFC ICIC PUNB UTIB KKBK",
        "IT": "BCIT UNCR BAPP PASC BPMO CRPP",
        "JP": "BOTK SMBC MHCB",
        "KR": "CZNB SHBK HVBK NACF",
        "MX": "BCMR BNMX BMSX MENO",
        "NL": "ABNA INGB RABO KNAB TRIO SNSB BUNQ",
        "NO": "DNBA NDEA HAND SPTR",
        "PL": "BPKO PKOP BREX WBKP INGB BIGB",
        "PT": "CGDI BCOM TOTA BESC BBPI",
        "RO": "BTRL RNCB BRDE INGB RZBR",
        "RU": "SABR VTBR GAZP ALFA",
        "SE": "ESSE HAND SWED NDEA DABA",
        "TR": "TCZB TGBA ISBK AKBK YAPI",
        "US": "CHAS BOFA CITI WFBI USBK PNCC",
        "*": "CITI HSBC SCBL BNPA DEUT CHAS",
    }.items()
}
"""Country → banks; ``*`` are banks with houses in most countries."""

_SECOND = "ABCDEFGHIJKLMNPQRSTUVWXYZ23456789"
LOCATIONS = words(
    " ".join(
        f"{first}{second}" for first in "ABCDEFGHIJKLMNPQRSTUVWXYZ23456789" for second in _SECOND if first != second
    )
)
"""Two letters or digits; a second 0 would be a test code, 1 one of a passive member."""
