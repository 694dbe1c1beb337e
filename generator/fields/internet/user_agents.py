"""How browsers name themselves."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field as Option

from generator.column import Column
from generator.field import field_type
from generator.fields.internet.http import OfTable

_WINDOWS, _MAC, _LINUX = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"
_KIT: Final = "AppleWebKit/537.36 (KHTML, like Gecko)"
_DESKTOPS: Final = {_WINDOWS: 70, _MAC: 22, _LINUX: 8}
_CHROMES: Final = {**dict.fromkeys(range(138, 144), 12), **dict.fromkeys(range(128, 138), 3)}
_FIREFOXES: Final = {128: 4, 140: 8, 143: 6, 144: 10, 145: 14, 146: 8}
_SAFARIS: Final = {"16.6": 4, "17.6": 8, "18.3": 6, "18.5": 10, "18.6": 16, "26.0": 8, "26.1": 10}
_PHONES: Final = {"18_3": 8, "18_5": 12, "18_6": 18, "18_7": 12, "17_6_1": 8, "16_7_11": 4}
_BOTS: Final = {
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": 45.0,
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)": 25.0,
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)": 8.0,
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)": 8.0,
    "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)": 4.0,
    "curl/8.5.0": 4.0,
    "curl/8.14.1": 2.0,
    "python-requests/2.32.3": 4.0,
}


def _desktop() -> dict[str, float]:
    found: dict[str, float] = {}
    for system, share in _DESKTOPS.items():
        for version, weight in _CHROMES.items():
            chrome = f"Mozilla/5.0 ({system}) {_KIT} Chrome/{version}.0.0.0 Safari/537.36"
            found[chrome] = share * weight * 6.6
            found[f"{chrome} Edg/{version}.0.0.0"] = share * weight * (1.6 if system == _WINDOWS else 0.1)
        place = system.replace("10_15_7", "10.15")
        for version, weight in _FIREFOXES.items():
            found[f"Mozilla/5.0 ({place}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"] = share * weight * 1.4
    for name, weight in _SAFARIS.items():
        kit = f"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{name} Safari/605.1.15"
        found[f"Mozilla/5.0 ({_MAC}) {kit}"] = weight * 140.0
    return found


def _mobile() -> dict[str, float]:
    found: dict[str, float] = {}
    for version, weight in _CHROMES.items():
        android = f"Mozilla/5.0 (Linux; Android 10; K) {_KIT}"
        found[f"{android} Chrome/{version}.0.0.0 Mobile Safari/537.36"] = weight * 560.0
    for version, weight in {27: 6, 28: 20}.items():
        samsung = f"SamsungBrowser/{version}.0 Chrome/130.0.0.0 Mobile Safari/537.36"
        found[f"Mozilla/5.0 (Linux; Android 10; K) {_KIT} {samsung}"] = weight * 100.0
    for system, weight in _PHONES.items():
        name = ".".join(system.split("_")[:2])
        kit = f"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{name} Mobile/15E148 Safari/604.1"
        found[f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) {kit}"] = weight * 270.0
    for version, weight in _FIREFOXES.items():
        agent = f"Mozilla/5.0 (Android 14; Mobile; rv:{version}.0) Gecko/{version}.0 Firefox/{version}.0"
        found[agent] = weight * 12.0
    return found


@field_type(
    "user_agent",
    "browser_user_agent",
    presets={"mobile_user_agent": {"device": "mobile"}, "bot_user_agent": {"device": "bot"}},
)
class UserAgent(OfTable):
    """How a browser names itself in HTTP, about as frequent as browsers are (StatCounter, 2025); bots on request."""

    device: Literal["any", "desktop", "mobile", "bot"] = Option(
        default="any", description="any is desktop and mobile, half each."
    )

    examples = ({}, {"device": "bot"})

    def entries(self) -> dict[str, float]:
        if self.device == "bot":
            return dict(_BOTS)
        kinds = {"desktop": _desktop(), "mobile": _mobile()}
        wanted = kinds if self.device == "any" else {self.device: kinds[self.device]}
        return {name: weight / sum(of.values()) for of in wanted.values() for name, weight in of.items()}

    def text_width(self, column: Column) -> int:
        return 60 if self.device == "bot" else 118
