"""Medicine: diagnoses, drugs, signs, and the codes of procedures, packages and providers."""

from __future__ import annotations

from generator.fields.medical.codes import Cpt, Ndc, Npi
from generator.fields.medical.records import Allergy, Drug, Hospital, Icd10, MedicalRecordNumber, VitalSign

__all__ = ["Allergy", "Cpt", "Drug", "Hospital", "Icd10", "MedicalRecordNumber", "Ndc", "Npi", "VitalSign"]
