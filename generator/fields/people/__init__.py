"""People: names, what is said of a person, age, body and documents; the fields of a group are about one person."""

from __future__ import annotations

from generator.fields.people.about import BloodType, JobTitle, Language, LanguageCode, MaritalStatus, Nationality, Sex
from generator.fields.people.age import Age, BirthDate
from generator.fields.people.background import Ethnicity, Race, University
from generator.fields.people.body import Height, Weight
from generator.fields.people.documents import DrivingLicence, PassportNumber
from generator.fields.people.full_name import FullName
from generator.fields.people.names import FirstName, LastName, MiddleName, NameSuffix, Prefix

__all__ = [
    "Age",
    "BirthDate",
    "BloodType",
    "DrivingLicence",
    "Ethnicity",
    "FirstName",
    "FullName",
    "Height",
    "JobTitle",
    "Language",
    "LanguageCode",
    "LastName",
    "MaritalStatus",
    "MiddleName",
    "NameSuffix",
    "Nationality",
    "PassportNumber",
    "Prefix",
    "Race",
    "Sex",
    "University",
    "Weight",
]
