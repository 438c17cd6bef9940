"""The whole job as a script: fetch, parse, text out, count, store, answer, move.

What make bench measures guichet against. It uses the standard library and pdftotext,
and does for each mail what guichet does at the least: the raw mail and what was read
in it are in a database, on the disk, before the answer leaves and the mail moves.
"""

import email
import email.policy
import email.utils
import imaplib
import io
import smtplib
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as xml
import zipfile
from email.message import EmailMessage

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def docx(data):
    tree = xml.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    return "\n".join("".join(t.text or "" for t in p.iter(WORD + "t")) for p in tree.iter(WORD + "p"))


def odt(data):
    tree = xml.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("content.xml"))
    return "\n".join("".join(p.itertext()) for p in tree.iter() if p.tag in (TEXT + "p", TEXT + "h"))


def pdf(data):
    return subprocess.run(["pdftotext", "-", "-"], input=data, stdout=subprocess.PIPE, check=True).stdout.decode()


READERS = {"docx": docx, "odt": odt, "pdf": pdf}


def texts(mail):
    for part in mail.iter_attachments():
        reader = READERS.get((part.get_filename() or "").rpartition(".")[2].lower())
        if reader:
            yield part.get_filename(), reader(part.get_payload(decode=True))
    body = mail.get_body(("plain",))
    if body:
        yield "", body.get_content()


def acknowledgement(mail, reference, words, address):
    answer = EmailMessage()
    answer["From"], answer["To"] = address, mail["From"]
    answer["Subject"] = "Re: " + mail["Subject"]
    answer["Date"], answer["Message-ID"] = email.utils.formatdate(), email.utils.make_msgid(domain="example.org")
    answer["In-Reply-To"] = mail["Message-ID"]
    answer["Auto-Submitted"] = "auto-replied"
    answer.set_content(f"Bonjour,\n\nNous avons reçu votre texte : {words} mots.\nSa référence est {reference}.\n")
    return answer


def main(imap_host, imap_port, user, password, smtp_host, smtp_port, database):
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE mails (uid INTEGER PRIMARY KEY, sender TEXT, subject TEXT, raw BLOB)")
    db.execute("CREATE TABLE texts (uid INTEGER, file TEXT, words INTEGER, text TEXT)")
    box = imaplib.IMAP4(imap_host, int(imap_port))
    box.login(user, password)
    box.create("Done")
    box.select("INBOX")
    smtp = smtplib.SMTP(smtp_host, int(smtp_port))
    for uid in box.uid("SEARCH", "ALL")[1][0].split():
        raw = box.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1]
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        read = [(file, len(text.split()), text) for file, text in texts(mail)]
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO mails VALUES (?, ?, ?, ?)", (int(uid), mail["From"], mail["Subject"], raw))
        db.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", [(int(uid), *text) for text in read])
        db.execute("COMMIT")
        if mail.get("Auto-Submitted", "no") == "no":
            smtp.send_message(acknowledgement(mail, int(uid), max((r[1] for r in read), default=0), user))
        box.uid("MOVE", uid, "Done")
    smtp.quit()
    box.logout()


main(*sys.argv[1:])
