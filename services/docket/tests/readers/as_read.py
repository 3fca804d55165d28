"""What Python's own reader makes of a mail, and what it finds wrong with it."""

import email
import email.policy

NAMES = ("From", "To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Auto-Submitted")
NAMES += ("List-Unsubscribe", "List-Unsubscribe-Post")


def as_read(content):
    mail = email.message_from_bytes(content, policy=email.policy.default)
    parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
    defects = [repr(defect) for part in mail.walk() for defect in part.defects]
    defects += [repr(defect) for value in mail.values() for defect in value.defects]
    headers = {name: str(mail[name]) if name in mail else None for name in NAMES}
    return {"headers": headers, "type": mail.get_content_type(), "parts": parts, "defects": defects}
