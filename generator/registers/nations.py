"""The national identity or tax number of persons by country: that which forms ask for there."""

from __future__ import annotations

from generator.registers import eastern, nordic, overseas, western

NATIONAL_IDS = {**nordic.NUMBERINGS, **western.NUMBERINGS, **eastern.NUMBERINGS, **overseas.NUMBERINGS}
