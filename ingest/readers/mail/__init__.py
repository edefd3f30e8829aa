"""Mails (EML, MBOX, MSG) to documents: each mail, and each attachment that a reader takes."""
