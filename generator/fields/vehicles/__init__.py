"""Vehicles: makes, models, years, identification numbers and plates."""

from __future__ import annotations

from generator.fields.vehicles.models import LicencePlate, VehicleMake, VehicleModel, VehicleYear
from generator.fields.vehicles.vin import Vin

__all__ = ["LicencePlate", "VehicleMake", "VehicleModel", "VehicleYear", "Vin"]
