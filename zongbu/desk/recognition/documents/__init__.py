"""What recognition gives out as PDF: certificates, decision letters, notices and announcements.

Chinese, whatever the reader's language: they are documents of the authority.
"""

from zongbu.desk.recognition.documents.certificates import certificate, certificates
from zongbu.desk.recognition.documents.letters import letter
from zongbu.desk.recognition.documents.notices import announcement, notice

__all__ = ["announcement", "certificate", "certificates", "letter", "notice"]
