"""Facts: the dictionary of what may be known, the meaning of raw values, and tables of enterprises.

Reading tables (:func:`zongbu.law.facts.tables.stage`) needs DuckDB and is imported from its own module,
so that assessing one enterprise does not load it.
"""

from zongbu.law.facts.dictionary import Dictionary, Fact, faults_of, load_dictionary
from zongbu.law.facts.prepare import BadFacts, Doubt, Fault, other_years_only, prepare
from zongbu.law.facts.titles import Heading, read_title
from zongbu.law.facts.uscc import check_uscc
from zongbu.law.facts.values import BadValue, Value, parse

__all__ = [
    "BadFacts",
    "BadValue",
    "Dictionary",
    "Doubt",
    "Fact",
    "Fault",
    "Heading",
    "Value",
    "check_uscc",
    "faults_of",
    "load_dictionary",
    "other_years_only",
    "parse",
    "prepare",
    "read_title",
]
