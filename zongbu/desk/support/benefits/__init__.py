"""What an enterprise has, could have and cannot have yet, measure by measure, as "my policies" shows it.

``picture`` takes all measures of a year at one stroke, ``one`` a single measure; both answer in ``Benefit``.
"""

from zongbu.desk.support.benefits.benefit import Benefit, category_word, draft
from zongbu.desk.support.benefits.overview import picture
from zongbu.desk.support.benefits.reader import one

__all__ = ["Benefit", "category_word", "draft", "one", "picture"]
