"""Dates, times of day, moments and lengths of time, and parts of the calendar.

What is counted from today is counted from the document's ``reference_date``, never from a clock. Series of moments, row
after row, have a room of their own.
"""

from __future__ import annotations

from generator.fields.time.business import BusinessDate
from generator.fields.time.calendar import Month, Weekday, Year
from generator.fields.time.clock import Time
from generator.fields.time.dates import Date, Datetime, Epoch, Timestamp
from generator.fields.time.duration import Duration
from generator.fields.time.relative import Future, FutureDate, Past, PastDate, Recent, RecentDate

__all__ = [
    "BusinessDate",
    "Date",
    "Datetime",
    "Duration",
    "Epoch",
    "Future",
    "FutureDate",
    "Month",
    "Past",
    "PastDate",
    "Recent",
    "RecentDate",
    "Time",
    "Timestamp",
    "Weekday",
    "Year",
]
