"""Every stable code that a refusal, a farewell or an HTTP error may carry, and what it means; the pages have a sentence for each."""

from __future__ import annotations

from typing import Literal, NamedTuple

Where = Literal["refused", "bye", "http"]


class CodeEntry(NamedTuple):
    """`where`: in `refused.code`, in `bye.code`, or in `code` of an HTTP error's JSON body."""

    where: tuple[Where, ...]
    meaning: str


CODES: dict[str, CodeEntry] = {
    # what cannot be read
    "bad-message": CodeEntry(("refused",), "the message could not be read; `path` is the place of the mistake"),
    "bad-body": CodeEntry(("http",), "the body could not be read; `path` is the place of the mistake"),
    "json-expected": CodeEntry(("http",), "the body must be `application/json`"),
    "body-too-big": CodeEntry(("http",), "the body is longer than the limit"),
    "body-too-slow": CodeEntry(("http",), "the body did not arrive in time"),
    "too-deep": CodeEntry(("bye", "http"), "the JSON nests deeper than the limit"),
    "too-big": CodeEntry(("bye",), "the frame is longer than the limit"),
    "binary-refused": CodeEntry(("bye",), "only text frames are understood"),
    # the link
    "hello-expected": CodeEntry(("bye",), "the first frame must be the hello, within the deadline"),
    "welcome-expected": CodeEntry(("bye",), "the server's first frame must be the welcome, within the deadline"),
    "protocol-version": CodeEntry(("bye",), "the other side speaks another version of the protocol; reload the page"),
    "sequence-gap": CodeEntry(("bye",), "a number was left out or acknowledged that was never sent"),
    "silent": CodeEntry(("bye",), "two heartbeats went unanswered"),
    "too-fast": CodeEntry(("bye",), "more messages than the limit allows"),
    "too-slow": CodeEntry(("bye",), "too much is waiting to be received"),
    "too-many-mistakes": CodeEntry(("bye",), "too many messages that could not be read"),
    "too-many-sockets": CodeEntry(("bye", "http"), "more connections than the limit allows"),
    "taken-over": CodeEntry(("bye",), "the same person or kiosk connected elsewhere; this connection ends"),
    "kiosk-in-use": CodeEntry(("bye",), "this kiosk is connected already, by another enrolment"),
    "server-stopping": CodeEntry(("bye",), "the server is being stopped; come back"),
    "bad-ticket": CodeEntry(("bye",), "the socket ticket is unknown, used or too old"),
    "foreign-origin": CodeEntry(("http",), "the page may not talk to this server"),
    # who one is
    "not-logged-in": CodeEntry(("http",), "there is no valid login"),
    "bad-login": CodeEntry(("http",), "login or password is wrong"),
    "try-later": CodeEntry(("http",), "too many wrong attempts; wait as long as `Retry-After` says"),
    "not-allowed": CodeEntry(("refused", "bye", "http"), "this actor may not do that"),
    "bad-code": CodeEntry(("http",), "the one-time code is unknown"),
    "code-used": CodeEntry(("http",), "the one-time code has been used"),
    "code-expired": CodeEntry(("http",), "the one-time code is too old"),
    "weak-password": CodeEntry(("http",), "the password is too easy to guess"),
    "bad-name": CodeEntry(("http",), "a login, name or role that cannot be one; `path` says which"),
    "login-taken": CodeEntry(("http",), "the login name belongs to somebody else"),
    "not-found": CodeEntry(("http",), "there is no such thing, or one may not know of it"),
    # what cannot be done now
    "not-now": CodeEntry(("refused", "http"), "the state of the session does not allow it"),
    "asking-already": CodeEntry(("refused",), "the resident is being asked something else"),
    "not-agreed": CodeEntry(("refused",), "the resident has not been asked, or has not agreed"),
    "too-many-stills": CodeEntry(("refused",), "no more stills go into one visit"),
    "unknown-material": CodeEntry(("refused",), "the service's list of materials has no such line"),
    "unknown-still": CodeEntry(("refused", "http"), "there is no such still"),
    "not-a-picture": CodeEntry(("http",), "the upload is no JPEG and no PNG"),
    "picture-too-big": CodeEntry(("http",), "the picture has more pixels than the limit"),
    "no-reader": CodeEntry(("http",), "no picture can be looked at in this moment; try again"),
    "picture-damaged": CodeEntry(("http",), "the picture cannot be read to its end"),
    "digest-wrong": CodeEntry(("http",), "the upload is not what its `Repr-Digest` says"),
    "still-not-wanted": CodeEntry(("http",), "no picture was asked for, or another one meanwhile"),
    "already-rated": CodeEntry(("refused",), "the visit has been rated"),
    "already-taken": CodeEntry(("refused",), "another clerk was faster"),
    "closed-now": CodeEntry(("refused",), "the home jurisdiction is closed at this hour"),
    "consent-needed": CodeEntry(("refused",), "a required consent is missing or of an old version"),
    "counter-taken": CodeEntry(("refused",), "another clerk works at that counter"),
    "draining": CodeEntry(("refused",), "the server takes no new visits; it is being updated"),
    "kiosk-busy": CodeEntry(("refused",), "this kiosk has a visit"),
    "not-recordable": CodeEntry(("refused",), "no recording can be made now, so no visit is begun"),
    "not-recorded": CodeEntry(("refused",), "the talk is not recorded: a supervisor must allow the case to be accepted"),
    "not-offered-here": CodeEntry(("refused",), "the service cannot be had at this kiosk"),
    "stale-epoch": CodeEntry(("refused",), "the offer belongs to an earlier connection"),
    "unknown-counter": CodeEntry(("refused",), "there is no such counter in this jurisdiction"),
    "unknown-jurisdiction": CodeEntry(("refused", "http"), "there is no such jurisdiction"),
    "unknown-kiosk": CodeEntry(("http",), "there is no such kiosk"),
    "unknown-participant": CodeEntry(("refused",), "nobody of that name is in the session"),
    "unknown-service": CodeEntry(("refused",), "there is no such service"),
    "unknown-session": CodeEntry(("refused", "http"), "there is no such session, or one may not know of it"),
    # the form that is filled in together
    "form-frozen": CodeEntry(("refused",), "the form is finished and takes no change"),
    "form-open": CodeEntry(("refused",), "the form is not finished"),
    "form-full": CodeEntry(("refused",), "the form has taken all the changes that it may"),
    "field-full": CodeEntry(("refused",), "the field has taken all the letters that it may"),
    "field-hidden": CodeEntry(("refused",), "the resident does not show this field"),
    "not-your-field": CodeEntry(("refused",), "the other side fills this field in"),
    "not-your-page": CodeEntry(("refused",), "only the resident confirms a page"),
    "not-your-letters": CodeEntry(("refused",), "the update holds letters of somebody else"),
    "not-sensitive": CodeEntry(("refused",), "both sides see this field anyway"),
    "page-confirmed": CodeEntry(("refused",), "the page is confirmed; open it again first"),
    "page-changed": CodeEntry(("refused",), "the page is not as it was seen when it was confirmed"),
    "page-incomplete": CodeEntry(("refused",), "something on the page is missing or wrong"),
    "page-open": CodeEntry(("refused",), "a page is not confirmed"),
    "unknown-field": CodeEntry(("refused",), "the form has no such field"),
    "unknown-page": CodeEntry(("refused",), "the form has no such page"),
    "bad-update": CodeEntry(("refused",), "the update of a field cannot be read"),
    "bad-vector": CodeEntry(("refused",), "the state vector of a field cannot be read"),
    "not-an-edit": CodeEntry(("refused",), "the update does more than type or erase letters"),
    "not-an-option": CodeEntry(("refused",), "the value is none of the field's options"),
    "out-of-order": CodeEntry(("refused",), "an update before it is missing"),
    "too-large": CodeEntry(("refused",), "the update is longer than the limit"),
    "bad-snapshot": CodeEntry(("refused",), "the stored form cannot be read"),
    "no-glyph": CodeEntry(("refused", "http"), "a character of the form cannot be printed"),
    "no-font": CodeEntry(("refused", "http"), "no font for Chinese is installed"),
    # what supervisors ask for
    "purpose-needed": CodeEntry(("http",), "say first why you look at this session"),
    "own-request": CodeEntry(("http",), "somebody else must approve what one asked for oneself"),
    "approved-before": CodeEntry(("http",), "it has been approved"),
    "not-approved": CodeEntry(("http",), "nobody has approved it yet"),
    "request-used": CodeEntry(("http",), "it has been done"),
    "request-too-old": CodeEntry(("http",), "it was asked for, or approved, too long ago"),
    "unknown-request": CodeEntry(("http",), "there is no such request"),
    "unknown-segment": CodeEntry(("http",), "there is no such segment"),
    "unknown-incident": CodeEntry(("http",), "there is no such incident"),
    "segment-damaged": CodeEntry(("http",), "the segment is not as it was sealed"),
    "custody-away": CodeEntry(("http",), "the jurisdiction's custody does not answer; try again"),
    "custody-refused": CodeEntry(("http",), "the jurisdiction's custody refuses; its log says why"),
    "consent-unknown": CodeEntry(("http",), "nobody has the words of a consent in its version any more"),
    "head-pending": CodeEntry(("http",), "the home has not signed the session's ledger yet; try again"),
    "recording-erased": CodeEntry(("http",), "the recording has been erased, as the law asks"),
    # what the media node says
    "bad-sdp": CodeEntry(("refused",), "the offer could not be read, or asks for what is not done here"),
    "media-away": CodeEntry(("refused",), "no media node is up at this moment; the talk is rebuilt when one is"),
    # what went wrong here
    "store-away": CodeEntry(("refused", "http"), "the database does not answer; nothing has changed, try again"),
    "internal": CodeEntry(("refused", "http"), "a mistake of the server; it has been written down"),
}
