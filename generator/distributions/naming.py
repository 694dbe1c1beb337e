"""From what a document says to a distribution: names, options and their other spellings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, SerializeAsAny, WithJsonSchema, create_model
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from generator.distributions.continuous import Exponential, Gamma, Lognormal, Normal, Pareto
from generator.distributions.counts import Binomial, Poisson, Zipf
from generator.distributions.distribution import Distribution
from generator.distributions.histogram import Histogram
from generator.distributions.spanning import Beta, Triangular, Uniform
from generator.errors import nearest

_CLASSES: tuple[type[Distribution], ...] = (
    *(Uniform, Normal, Exponential, Zipf, Lognormal, Gamma, Beta, Pareto),
    *(Poisson, Binomial, Triangular, Histogram),
)
DISTRIBUTIONS: dict[str, type[Distribution]] = {cls.name: cls for cls in _CLASSES}

SPELLINGS = {
    "gaussian": "normal",
    "log_normal": "lognormal",
    "lognorm": "lognormal",
    "expon": "exponential",
    "binom": "binomial",
    "triangle": "triangular",
    "triang": "triangular",
}
"""Other names of distributions."""

_WRAPPERS = {name: create_model(name, **{name: (cls, ...)}) for name, cls in DISTRIBUTIONS.items()}  # type: ignore[call-overload]


def parse_distribution(value: object) -> Distribution:
    """A distribution from its name, or from its name with options such as ``{zipf: {s: 1.1}}``."""
    if isinstance(value, Distribution):
        return value
    if isinstance(value, str):
        value = {value: {}}
    if not isinstance(value, Mapping) or len(value) != 1:
        raise PydanticCustomError(
            "distribution", "a distribution is a name or one name with options, such as {zipf: {s: 1.1}}"
        )
    given, options = next(iter(value.items()))
    name = SPELLINGS.get(given, given)
    if name not in DISTRIBUTIONS:
        remedy = nearest(str(name), DISTRIBUTIONS)
        raise PydanticCustomError(
            "distribution", "unknown distribution {name}; {remedy}", {"name": repr(name), "remedy": remedy}
        )
    if isinstance(options, Mapping):
        options = _respelt(DISTRIBUTIONS[name], options)
    wrapped = _WRAPPERS[name].model_validate({name: options or {}})  # so that errors name the place of the option
    found: Distribution = getattr(wrapped, name)
    return found


def _respelt(cls: type[Distribution], options: Mapping[Any, Any]) -> dict[str, Any]:
    """The options under their own names; a ValidationError for one that is unknown or given twice."""
    found: dict[str, Any] = {}
    for option, value in options.items():
        name = cls.spellings.get(option, option)
        if name not in cls.model_fields:
            remedy = nearest(str(option), cls.model_fields)
            raise _refused(cls, option, value, "unknown_key", "unknown key {key}; {remedy}", remedy)
        if name in found:
            raise _refused(cls, option, value, "twice", "{key} is another name of {remedy}, given too", repr(name))
        found[name] = value
    return found


def _refused(cls: type[Distribution], option: Any, value: Any, kind: str, text: str, remedy: str) -> ValidationError:
    problem = PydanticCustomError(kind, text, {"key": repr(option), "remedy": remedy})
    details = InitErrorDetails(type=problem, loc=(cls.name, option), input=value)
    return ValidationError.from_exception_data(cls.name, [details])


def _published() -> dict[str, Any]:
    """The JSON Schema of all this: a name where no option is required, or one name with its options."""
    plain = [name for name, cls in DISTRIBUTIONS.items() if not any(o.is_required() for o in cls.model_fields.values())]
    named = []
    for name, cls in DISTRIBUTIONS.items():
        options = cls.model_json_schema(mode="validation")
        named.append(
            {"type": "object", "properties": {name: options}, "required": [name], "additionalProperties": False}
        )
    return {"anyOf": [{"enum": plain}, *named]}


AnyDistribution = Annotated[
    SerializeAsAny[Distribution], BeforeValidator(parse_distribution), WithJsonSchema(_published(), mode="validation")
]
