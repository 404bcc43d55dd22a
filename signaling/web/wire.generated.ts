// Printed by `python -m signaling.wire.mirror` from signaling/wire/*.py; do not edit.

/* eslint-disable */

/** Version of the socket protocol. */
export const PROTOCOL = 1;

/** chosen by the sender, unique per command; repeating it changes nothing */
export type RequestId = string;

/** one visit, from ticket to close */
export type SessionId = string;

/** a stable name for programs */
export type Code = string;

/** as declared, shown as text only */
export type PersonName = string;

export type ShortText = string;

export type Note = string;

/** an SDP offer or answer (RFC 8866) */
export type Sdp = string;

/** identification tag of an m-line (RFC 9143) */
export type Mid = string;

/** unique in its session, for instance `resident` */
export type ParticipantId = string;

/** one life of one participant's connection; a reconnect starts the next */
export type Epoch = number;

/** seconds since 1970-01-01 UTC by the server's clock */
export type Seconds = number;

export type Source = "microphone" | "camera" | "screen" | "document";

export type Role = "resident" | "clerk" | "helper" | "interpreter" | "supervisor";

export type Language = "zh-CN" | "en";

export type Token = string;

export type Count = number;

export type Outcome = "accepted" | "accepted-with-gaps" | "returned" | "referred";

export type Settlement = "accepted" | "accepted-with-gaps" | "returned" | "referred" | "stays-open";

export type Level = "declared" | "card-seen" | "card-read";

/** as it stands on the receipt */
export type CaseNumber = string;

/** GB 11643 */
export type IdNumber = string;

export type Place = number;

export type Purpose = "fill-in" | "correct" | "find" | "show-how";

/** share of the window's width or height, from its upper left corner */
export type Share = number;

/** place in the service's list of materials, from 0 */
export type MaterialNumber = number;

/** when it was taken, in milliseconds on the session's clock; below zero: in an earlier visit */
export type StillNumber = number;

export type StillReason = "no-page" | "several-pages" | "cut-off" | "too-small" | "blurred" | "glare" | "dark" | "skewed";

export type Region = "top-left" | "top" | "top-right" | "left" | "middle" | "right" | "bottom-left" | "bottom" | "bottom-right";

/** chosen by whoever points; the same for all parts of one stroke */
export type Stroke = number;

export type Spots = readonly Spot[];

export type Base64 = string;

/** SHA-256 in hexadecimal */
export type Digest = string;

export type TenThousandths = number;

export type FieldProblem = string;

export type Unit = number;

export type Recording = "starting" | "recording" | "not-recorded" | "interrupted" | "suspended" | "held";

export type ConsentText = "recording" | "identity-check" | "papers-to-home";

export type Because = "materials" | "not-eligible" | "withdrawn" | "technical" | "other";

export type NoticeReason = "not-brought" | "follows" | "seen" | "blurred" | "glare" | "dark" | "cut-off" | "incomplete" | "not-original" | "expired" | "other-person" | "unsigned" | "differs";

/** as somebody read it off */
export type ReceiptCode = string;

export type FormLack = "form-missing" | "signature-missing";

export type Reason = "completed" | "ended-by-resident" | "left-line" | "abandoned" | "closed-by-office" | "consent-withdrawn";

export type Presence = "offline" | "available" | "ringing" | "busy" | "wrap-up" | "away";

export type AwayBecause = "break" | "missed" | "not-started";

export type Login = string;

export type Password = string;

export type Why = "no-disk" | "urgent" | "on-paper";

export type WindowAct = "accept-papers" | "one-time-notice" | "deliver-outcome";

/** Fewest and most characters of the bounded texts. */
export const LENGTHS = {
  PersonName: { min: 1, max: 60 },
  ShortText: { min: 0, max: 200 },
  Note: { min: 0, max: 4000 },
  Sdp: { min: 1, max: 49152 },
  Token: { min: 16, max: 128 },
  Spots: { min: 1, max: 64 },
  Base64: { min: 0, max: 24000 },
  ReceiptCode: { min: 0, max: 32 },
  Login: { min: 1, max: 64 },
  Password: { min: 1, max: 256 },
} as const;

/** Every code of a refusal, a farewell or an HTTP error; the sentences people read stand in config/words. */
export const CODES = {
  "already-delivered": "a window has handed the outcome out",
  "already-rated": "the visit has been rated",
  "already-taken": "another clerk was faster",
  "approved-before": "it has been approved",
  "asking-already": "the resident is being asked something else",
  "bad-body": "the body could not be read; `path` is the place of the mistake",
  "bad-code": "the one-time code is unknown",
  "bad-id-number": "the digits are no identity number (GB 11643)",
  "bad-lines": "the words of the checked copy cannot be printed",
  "bad-login": "login or password is wrong",
  "bad-message": "the message could not be read; `path` is the place of the mistake",
  "bad-name": "a login, name or role that cannot be one; `path` says which",
  "bad-sdp": "the offer could not be read, or asks for what is not done here",
  "bad-snapshot": "the stored form cannot be read",
  "bad-ticket": "the socket ticket is unknown, used or too old",
  "bad-update": "the update of a field cannot be read",
  "bad-vector": "the state vector of a field cannot be read",
  "binary-refused": "only text frames are understood",
  "body-too-big": "the body is longer than the limit",
  "body-too-slow": "the body did not arrive in time",
  "calendar-unknown": "the holidays of a year in the term are not announced, so no due date can be promised",
  "case-busy": "the case is being worked at in another visit",
  "case-open": "a case has no outcome yet, or there is an open one for this service",
  "case-over": "nothing more can be brought for this case",
  "closed-now": "the home jurisdiction is closed at this hour",
  "code-expired": "the one-time code is too old",
  "code-used": "the one-time code has been used",
  "colleague-busy": "the colleague cannot be rung now",
  "consent-needed": "a required consent is missing or of an old version",
  "consent-unknown": "nobody has the words of a consent in its version any more",
  "counter-taken": "another clerk works at that counter",
  "custody-away": "the jurisdiction's custody does not answer; try again",
  "custody-refused": "the jurisdiction's custody refuses; its log says why",
  "digest-wrong": "the upload is not what its `Repr-Digest` says",
  "draining": "the server takes no new visits; it is being updated",
  "field-full": "the field has taken all the letters that it may",
  "field-hidden": "the resident does not show this field",
  "foreign-origin": "the page may not talk to this server",
  "form-frozen": "the form is finished and takes no change",
  "form-full": "the form has taken all the changes that it may",
  "form-open": "the form is not finished",
  "head-pending": "the home has not signed the session's ledger yet; try again",
  "hello-expected": "the first frame must be the hello, within the deadline",
  "identity-too-low": "somebody is not known as well as the service asks",
  "internal": "a mistake of the server; it has been written down",
  "json-expected": "the body must be `application/json`",
  "kiosk-busy": "this kiosk has a visit",
  "kiosk-in-use": "this kiosk is connected already, by another enrolment",
  "login-taken": "the login name belongs to somebody else",
  "materials-missing": "the notice names something that may not follow later",
  "media-away": "no media node is up at this moment; the talk is rebuilt when one is",
  "no-font": "no font for Chinese is installed",
  "no-form": "no form lies on the table, or the service has none",
  "no-glyph": "a character of the form cannot be printed",
  "no-grant": "the resident does not allow that it be operated, or no longer",
  "no-power": "no power of the home jurisdiction lets it be done at this window now",
  "no-press": "the paper cannot be made in this moment; try again",
  "no-reader": "no picture can be looked at in this moment; try again",
  "not-a-picture": "the upload is no JPEG and no PNG",
  "not-agreed": "the resident has not been asked, or has not agreed",
  "not-allowed": "this actor may not do that",
  "not-an-edit": "the update does more than type or erase letters",
  "not-an-option": "the value is none of the field's options",
  "not-approved": "nobody has approved it yet",
  "not-eligible": "with these answers the service cannot be had here",
  "not-found": "there is no such thing, or one may not know of it",
  "not-logged-in": "there is no valid login",
  "not-now": "the state of the session does not allow it",
  "not-offered-here": "the service cannot be had at this kiosk",
  "not-recordable": "no recording can be made now, so no visit is begun",
  "not-recorded": "the talk is not recorded: a supervisor must allow the case to be accepted",
  "not-sensitive": "both sides see this field anyway",
  "not-your-field": "the other side fills this field in",
  "not-your-letters": "the update holds letters of somebody else",
  "not-your-page": "only the resident confirms a page",
  "notice-empty": "the notice says nothing that is lacking, and no reason in words",
  "notice-incomplete": "the notice leaves out a required material of which nothing is in the case",
  "notice-needed": "the case ends so only on a one-time notice that says what is lacking",
  "notice-wrong": "the notice contradicts what is in the case; `path` says where",
  "out-of-order": "an update before it is missing",
  "own-request": "somebody else must approve what one asked for oneself",
  "page-changed": "the page is not as it was seen when it was confirmed",
  "page-confirmed": "the page is confirmed; open it again first",
  "page-incomplete": "something on the page is missing or wrong",
  "page-open": "a page is not confirmed",
  "parties-wrong": "fewer people ask than the service wants, or more than it is for",
  "picture-damaged": "the picture cannot be read to its end",
  "picture-too-big": "the picture has more pixels than the limit",
  "picture-too-small": "the still is too small for a copy that says that it was checked",
  "protocol-version": "the other side speaks another version of the protocol; reload the page",
  "purpose-needed": "say first why you look at this session",
  "recording-erased": "the recording has been erased, as the law asks",
  "request-too-old": "it was asked for, or approved, too long ago",
  "request-used": "it has been done",
  "segment-damaged": "the segment is not as it was sealed",
  "sequence-gap": "a number was left out or acknowledged that was never sent",
  "server-stopping": "the server is being stopped; come back",
  "shown-otherwise": "the kiosk showed another picture than the frozen paper's page",
  "signature-broken": "the strokes cannot have come from a pad",
  "signature-empty": "there is too little ink for a signature",
  "signature-not-wanted": "no signature was asked for, or not this one any more",
  "signature-too-long": "the strokes are more than a signature's",
  "silent": "two heartbeats went unanswered",
  "stale-epoch": "the offer belongs to an earlier connection",
  "still-not-wanted": "no picture was asked for, or another one meanwhile",
  "store-away": "the database does not answer; nothing has changed, try again",
  "taken-over": "the same person or kiosk connected elsewhere; this connection ends",
  "too-big": "the frame is longer than the limit",
  "too-deep": "the JSON nests deeper than the limit",
  "too-fast": "more messages than the limit allows",
  "too-large": "the update is longer than the limit",
  "too-many-cases": "no more cases go into one visit",
  "too-many-mistakes": "too many messages that could not be read",
  "too-many-sockets": "more connections than the limit allows",
  "too-many-stills": "no more stills go into one visit",
  "too-many-texts": "no more lines are written in one visit",
  "too-slow": "too much is waiting to be received",
  "try-later": "too many wrong attempts; wait as long as `Retry-After` says",
  "unknown-answer": "a question of the service is open, or was answered by what is no answer; `path` names it",
  "unknown-case": "the visit has no such case",
  "unknown-counter": "there is no such counter in this jurisdiction",
  "unknown-field": "the form has no such field",
  "unknown-incident": "there is no such incident",
  "unknown-jurisdiction": "there is no such jurisdiction",
  "unknown-kiosk": "there is no such kiosk",
  "unknown-material": "the service's list of materials has no such line",
  "unknown-page": "the form has no such page",
  "unknown-paper": "there is no such paper of this visit",
  "unknown-participant": "nobody of that name is in the session",
  "unknown-party": "nobody of that number is in the case",
  "unknown-receipt": "no receipt has that code",
  "unknown-request": "there is no such request",
  "unknown-segment": "there is no such segment",
  "unknown-service": "there is no such service",
  "unknown-session": "there is no such session, or one may not know of it",
  "unknown-signer": "the form has no line for that signer",
  "unknown-still": "there is no such still",
  "unknown-window": "the kiosk has no such window",
  "view-only": "the resident lets it be seen, not operated",
  "weak-password": "the password is too easy to guess",
  "welcome-expected": "the server's first frame must be the welcome, within the deadline",
} as const;
export type KnownCode = keyof typeof CODES;

/** End → server, first frame within five seconds. `ticket` is a one-time socket ticket from `POST /api/v1/socket-tickets`. */
export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly ticket: Token;
  /** Resume token of the last `welcome`, if there was one. */
  readonly link?: Token | null;
  /** Highest number received on that link. */
  readonly received?: Count;
}

/** Server → end. `resumed`: the numbering goes on, and what was not received is sent again. Otherwise both sides start at 1. */
export interface Welcome {
  readonly type: "welcome";
  readonly link: Token;
  readonly resumed: boolean;
  readonly received: Count;
  /** Seconds between pings; two missed ones end the connection. */
  readonly heartbeat: number;
  readonly now: Seconds;
}

/** One message of a conversation in `body`. */
export interface Data {
  readonly type: "data";
  readonly seq: number;
  readonly ack: Count;
  readonly body: unknown;
}

/** Sent when nothing else carries the acknowledgement. */
export interface Ack {
  readonly type: "ack";
  readonly ack: Count;
}

/** Either side, when it has been quiet for a heartbeat. */
export interface Ping {
  readonly type: "ping";
  readonly at: number;
}

/** The answer to a ping, with its `at`. */
export interface Pong {
  readonly type: "pong";
  readonly at: number;
}

/** The last frame of whoever closes. `code` is stable; `text` is for a person. */
export interface Bye {
  readonly type: "bye";
  readonly code: string;
  readonly text?: ShortText;
  /** Whether it makes sense to come back at once. */
  readonly again?: boolean;
}

/** The command `re` has been carried out and is stored (now or when it was first sent). */
export interface Done {
  readonly type: "done";
  readonly re: RequestId;
  readonly session: SessionId | null;
}

/** The command `re` was refused and nothing has changed. `code` is stable; `text` is a sentence in the reader's language. */
export interface Refused {
  readonly type: "refused";
  readonly code: string;
  readonly text: string;
  readonly re: RequestId | null;
  /** Where in the message the mistake is, for instance `$.service`. */
  readonly path: string | null;
}

/** The media node's answer to the offer `re`, with the epoch that the connection has. */
export interface MediaAnswer {
  readonly type: "media-answer";
  readonly re: RequestId;
  readonly epoch: Epoch;
  readonly sdp: Sdp;
}

/** How the media node hears a participant: `good`, `degraded` (2 s silent) or `lost` (5 s silent). */
export interface LineQuality {
  readonly type: "line-quality";
  readonly session: SessionId;
  readonly participant: ParticipantId;
  readonly level: "good" | "degraded" | "lost";
  readonly reason: string;
}

/** Something a person should know; the page has the words for `code`. */
export interface Notice {
  readonly type: "notice";
  readonly code: string;
  readonly text: string;
}

/** One case of the visit. */
export interface TalkCase {
  readonly number: CaseNumber;
  readonly service: Code;
  readonly service_name: string;
  /** It is the one that both see and work at. */
  readonly on_table: boolean;
  /** Pages that are in the case. */
  readonly pages: number;
  /** Its form is signed by all, in this visit or an earlier one. */
  readonly signed: boolean;
  readonly outcome: Outcome | null;
  /** Until when an accepted case is decided, a day in ISO form. */
  readonly due: string | null;
  /** What the service promises; 0 is at once. */
  readonly working_days: number;
  readonly referred_to: Code | null;
  /** It was opened in this visit, and nothing has been done for it. */
  readonly may_be_dropped: boolean;
  /** A one-time notice was given in this visit: it names something that `lacks`, or only what `follows`; null: none was. */
  readonly told: "lacks" | "follows" | null;
  /** The clerk has said that it has no outcome: whoever holds the receipt goes on with it. */
  readonly stays_open: boolean;
}

/** What was answered before queueing for the case on the table, as codes: the words are the catalogue's, in that version of the service. */
export interface Answered {
  /** With this ticket; when the case began, in an earlier visit, whose answers are that visit's; nobody was asked, since the case was opened in the talk. */
  readonly when: "this-visit" | "first-visit" | "not";
  /** The first day of the rules of this visit's answers, for instance `2025-05-10`; empty where there are none. */
  readonly version: string;
  /** Question → answer, as far as was asked. */
  readonly answers: Readonly<Record<Code, Code>>;
}

/** One of those who ask. */
export interface TalkParty {
  readonly name: string;
  /** How well they are known. */
  readonly level: Level;
  /** Of a card that was read: whole for the clerk who serves them, masked for everybody else. */
  readonly id_number: string | null;
}

/** A service for which one more case may be opened here. */
export interface Openable {
  readonly service: Code;
  readonly service_name: string;
}

/** Who asks, as the kiosk knows them. */
export interface PartyComing {
  readonly name: PersonName;
  readonly id_number?: IdNumber | null;
  /** A reader has read their card; otherwise the name is what they said. */
  readonly read?: boolean;
}

/** An earlier case that this visit goes on with: the short code of its receipt, and which of that visit's cases, from 0. */
export interface GoesOn {
  readonly code: string;
  readonly case: Place;
}

/**
 * One more request of the same resident; it lies on the table from now on.
 *
 * Refused with `unknown-service`, `not-offered-here`, `consent-needed`, `case-open`, `too-many-cases`, `parties-wrong`, `asking-already`.
 */
export interface OpenCase {
  readonly type: "open-case";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly service: Code;
}

/** Lays another case on the table: its papers and its form. Refused with `unknown-case`, `asking-already`. */
export interface TurnToCase {
  readonly type: "turn-to-case";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly case: CaseNumber;
}

/** It was opened by mistake. Refused with `not-now` once something was done for it. */
export interface DropCase {
  readonly type: "drop-case";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly case: CaseNumber;
}

/**
 * What has become of one case, in the talk or while it is written up; the talk ends when every case has an outcome.
 *
 * `returned` and `accepted-with-gaps` stand on a notice of this visit: refused with `notice-needed`, `materials-missing` (it names
 * something that may not follow). To accept is refused with `not-recorded`, `identity-too-low`, `consent-needed`. `stays-open` is for
 * what was missed in the talk: refused with `not-now` while that goes on. Always: `unknown-case`, `unknown-jurisdiction`.
 */
export interface SettleCase {
  readonly type: "settle-case";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly case: CaseNumber;
  readonly outcome: Settlement;
  /** The other home, for `referred`. */
  readonly refer_to?: Code | null;
}

/** The clerk has seen the identity card of this party (place in `Talk.parties`) beside the face. Refused with `unknown-party`. */
export interface ConfirmIdentity {
  readonly type: "confirm-identity";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly party: Place;
}

/** A window that the kiosk's desktop can open. */
export interface WindowOffered {
  readonly window: Code;
  readonly name: ShortText;
}

/** What the resident lets the clerk operate. */
export interface Granted {
  readonly id: RequestId;
  /** `form`, or a window of the kiosk's desktop. */
  readonly scope: Code;
  readonly level: "view" | "control";
  readonly purpose: Purpose;
  readonly until: Seconds;
}

/** Something that was written. */
export interface TextLine {
  readonly n: number;
  readonly by: ParticipantId;
  readonly at: Seconds;
  readonly text: string;
}

/** What was done under a grant: where, never what. */
export interface UsedLine {
  readonly did: "typed" | "pressed" | "key" | "wheel" | "moved" | "refused";
  readonly field?: Code | null;
  readonly count?: number;
  /** Why it was refused. */
  readonly code?: Code | null;
}

/** To the kiosk: the clerk does this. */
export interface OperateNow {
  readonly type: "operate-now";
  readonly session: SessionId;
  readonly grant: RequestId;
  readonly action: Move | Press | Release | Wheel | Letters | Key;
}

/** To the clerk: what became of it. */
export interface ControlReported {
  readonly type: "control-reported";
  readonly session: SessionId;
  readonly grant: RequestId;
  readonly lines: readonly UsedLine[];
}

/** May I operate this? Refused with `asking-already`, `no-form`, `unknown-window`. */
export interface AskForControl {
  readonly type: "ask-for-control";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly scope: Code;
  readonly level: "view" | "control";
  readonly purpose: Purpose;
  readonly minutes: number;
}

/** The pointer to a place in the window. */
export interface Move {
  readonly do: "move";
  readonly x: Share;
  readonly y: Share;
}

/** The first button goes down there. */
export interface Press {
  readonly do: "press";
  readonly x: Share;
  readonly y: Share;
}

/** The button goes up. */
export interface Release {
  readonly do: "release";
}

/** Notches, down when positive. */
export interface Wheel {
  readonly do: "wheel";
  readonly x: Share;
  readonly y: Share;
  readonly steps: number;
}

/** Characters into the field that has the focus. */
export interface Letters {
  readonly do: "text";
  readonly text: string;
}

/** A key pressed and released, by its name and one modifier or none. */
export interface Key {
  readonly do: "key";
  readonly name: string;
  readonly modifier?: string;
}

/** Does this in the granted window. Passed on at once and kept nowhere; the kiosk decides. Refused with `no-grant`. */
export interface Operate {
  readonly type: "operate";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly grant: RequestId;
  readonly action: Move | Press | Release | Wheel | Letters | Key;
}

/** A window of the kiosk's desktop, with its name in both languages. */
export interface OfferedWindow {
  readonly window: Code;
  readonly zh: string;
  readonly en: string;
}

/** What the kiosk's desktop can open now; nothing when it is not there. */
export interface OfferWindows {
  readonly type: "offer-windows";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly windows: readonly OfferedWindow[];
}

/** What was done under a grant, for the ledger and for the clerk. */
export interface ReportControl {
  readonly type: "report-control";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly grant: RequestId;
  readonly lines: readonly UsedLine[];
}

/** Ends the operation; `reason` says why (`stop-key`, `window-gone`, …). */
export interface StopControl {
  readonly type: "stop-control";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly grant: RequestId;
  readonly reason: Code;
}

/** Writes a line. Refused with `too-many-texts`. */
export interface SendText {
  readonly type: "send-text";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly text: string;
}

/** May the clerk see the kiosk's screen? */
export interface AskedScreen {
  readonly ask: "screen";
  readonly id: RequestId;
  readonly until: Seconds;
}

/** Lay a page of this material under the camera. */
export interface AskedPage {
  readonly ask: "page";
  readonly id: RequestId;
  readonly until: Seconds;
  readonly material: MaterialNumber;
  readonly material_name: string;
  /** The picture that is wanted now; the kiosk takes one for each new id and uploads it. */
  readonly take: RequestId | null;
}

/** Sign the frozen form. */
export interface AskedSignature {
  readonly ask: "signature";
  readonly id: RequestId;
  readonly until: Seconds;
  /** Which paper, as `FrozenForm.id` names it. */
  readonly form: string;
  /** Whose line, from 0. */
  readonly signer: number;
}

/** May the clerk operate this? Only a touch on yes allows it. */
export interface AskedControl {
  readonly ask: "control";
  readonly id: RequestId;
  readonly until: Seconds;
  /** `form`, or a window of the kiosk's desktop. */
  readonly scope: Code;
  readonly scope_name: string;
  readonly level: "view" | "control";
  readonly purpose: Purpose;
  readonly minutes: number;
}

/** The last question, or what was allowed (`grant`), has ended. `by`: who ended what was allowed; null: it ended by itself. */
export interface AskEnded {
  readonly id: RequestId;
  readonly what: "screen" | "page" | "signature" | "control" | "grant";
  /** `refused` · `silence` · `allowed` · `done` · `withdrawn` · `time-over` · `window-gone` · `line-lost` …, as the ledger says it. */
  readonly because: Code;
  readonly by: ParticipantId | null;
}

/** A page as it was taken. */
export interface Still {
  readonly number: StillNumber;
  readonly material: MaterialNumber;
  /** Pixels of the page set straight. */
  readonly width: number;
  readonly height: number;
  /** Why it should be taken again; empty when it is good. */
  readonly reasons: readonly StillReason[];
  /** Where light reflects. */
  readonly glare: Region | null;
  /** It is in the case. */
  readonly kept: boolean;
  /** Which page of its material, from 1, among those that are in the case; what is not in it yet has the next number. */
  readonly page: number;
  /** It was checked against the original; the copy that says so is its form `checked`. */
  readonly checked: boolean;
}

/** May I see the kiosk's screen? Refused with `asking-already` while another question stands. */
export interface AskForScreen {
  readonly type: "ask-for-screen";
  readonly id: RequestId;
  readonly session: SessionId;
}

/**
 * Please lay a page of this material under the camera. Refused with `asking-already`, `consent-needed`, `too-many-stills`,
 * `unknown-material`, and with `no-power` where this window may not take papers in for the home.
 */
export interface AskForPage {
  readonly type: "ask-for-page";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly material: MaterialNumber;
}

/** The page lies well: take its picture. The view shows the picture when it has come. */
export interface TakeStill {
  readonly type: "take-still";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly ask: RequestId;
}

/** The question is not asked any more. */
export interface WithdrawAsk {
  readonly type: "withdraw-ask";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly ask: RequestId;
}

/** Puts a still into the case; the question for its page is answered with that. */
export interface KeepStill {
  readonly type: "keep-still";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly still: StillNumber;
}

/** Takes a still out of the case. Refused with `unknown-still`. */
export interface DropStill {
  readonly type: "drop-still";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly still: StillNumber;
}

/**
 * The original lies under the camera, and the still is of it: makes the copy that says so. Refused with `no-power`, `unknown-still`,
 * `not-recordable`.
 */
export interface CheckStill {
  readonly type: "check-still";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly still: StillNumber;
}

/** A touch on yes or no. */
export interface AnswerAsk {
  readonly type: "answer-ask";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly ask: RequestId;
  readonly yes: boolean;
}

/** Whoever looks ends what the other participant shows of their screen. */
export interface StopShare {
  readonly type: "stop-share";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly participant: ParticipantId;
}

/** A place in the picture itself, however large or turned it is shown. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** The next part of a stroke over what `participant` shows from `source`. Never part of the evidence: the picture is what was sent. */
export interface Point {
  readonly type: "point";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly participant: ParticipantId;
  readonly source: Source;
  readonly stroke: Stroke;
  readonly spots: Spots;
  readonly ended: boolean;
}

/** The other end points. */
export interface Pointed {
  readonly type: "pointed";
  readonly session: SessionId;
  readonly by: ParticipantId;
  readonly participant: ParticipantId;
  readonly source: Source;
  readonly stroke: Stroke;
  readonly spots: Spots;
  readonly ended: boolean;
}

/** The next part of a stroke over the form: `spots` are places in the box of that field, whose size differs from page to page. */
export interface PointInForm {
  readonly type: "point-in-form";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly field: Code;
  readonly stroke: Stroke;
  readonly spots: Spots;
  readonly ended: boolean;
}

/** The other end points at the form. */
export interface PointedInForm {
  readonly type: "pointed-in-form";
  readonly session: SessionId;
  readonly by: ParticipantId;
  readonly field: Code;
  readonly stroke: Stroke;
  readonly spots: Spots;
  readonly ended: boolean;
}

/** A page of the frozen paper; its picture is had over HTTP, and must have this digest. */
export interface FrozenPage {
  readonly id: string;
  readonly digest: Digest;
  readonly width: number;
  readonly height: number;
}

/** Where one signs: the page from 0, and ten-thousandths of its width and height from the upper left corner. */
export interface SignPlace {
  readonly page: number;
  readonly x: TenThousandths;
  readonly y: TenThousandths;
  readonly width: TenThousandths;
  readonly height: TenThousandths;
  /** Somebody has signed here. */
  readonly signed: boolean;
}

/** The form as it is signed. */
export interface FrozenForm {
  readonly id: string;
  readonly pages: readonly FrozenPage[];
  /** In the order of the form's `signed_by`. */
  readonly places: readonly SignPlace[];
  /** The paper with all signatures drawn in, once everybody has signed. */
  readonly signed: string | null;
}

/** The form of the case on the table. */
export interface TalkForm {
  /** Its number: two cases may have the same form. */
  readonly case: string;
  readonly code: Code;
  readonly version: string;
  /** It lies on the table: both see it now. */
  readonly laid: boolean;
  readonly frozen: FrozenForm | null;
}

/** All that an end shows beside the letters themselves. */
export interface FormView {
  readonly form: Code;
  readonly version: string;
  readonly frozen: string | null;
  readonly confirmed: readonly Code[];
  /** Sensitive fields that the clerk sees. */
  readonly shown: readonly Code[];
  /** Fields that hold anything, hidden ones too. */
  readonly filled: readonly Code[];
  readonly problems: Readonly<Record<Code, FieldProblem>>;
  /** The field that the clerk points at. */
  readonly pointed: Code | null;
}

/** What an end lacks of one field, and what the server knows of it, so that the end sends what is lacking there. */
export interface Sheet {
  readonly update: Base64;
  readonly vector: Base64;
}

/** Sent to both ends, whole, whenever any of it changes; before `done` to whoever changed it. */
export interface FormChanged {
  readonly type: "form-changed";
  readonly session: SessionId;
  readonly view: FormView;
}

/** The other end has typed. */
export interface FormEdited {
  readonly type: "form-edited";
  readonly session: SessionId;
  readonly field: Code;
  readonly update: Base64;
}

/** To the clerk: the resident shows a sensitive field; this is all of it. */
export interface FieldRevealed {
  readonly type: "field-revealed";
  readonly session: SessionId;
  readonly field: Code;
  readonly sheet: Sheet;
}

/** To the clerk: the resident has hidden a field again; what the page knows of it is to be forgotten. */
export interface FieldHidden {
  readonly type: "field-hidden";
  readonly session: SessionId;
  readonly field: Code;
}

/** To the kiosk: the clerk, who was allowed to operate the form, turns to this page. */
export interface PageTurned {
  readonly type: "page-turned";
  readonly session: SessionId;
  readonly page: Code;
}

/** The answer to `form-hello`. */
export interface FormWelcome {
  readonly type: "form-welcome";
  readonly re: RequestId;
  readonly view: FormView;
  readonly sheets: Readonly<Record<Code, Sheet>>;
}

/** An end has (again) a line: `vectors` says which letters of each field it knows. Answered by `form-welcome`. Refused with `no-form`. */
export interface FormHello {
  readonly type: "form-hello";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly vectors: Readonly<Record<Code, Base64>>;
}

/** Letters typed or erased in one field. Refused with `form-frozen`, `page-confirmed`, `field-hidden`, `not-your-field`, and others. */
export interface EditForm {
  readonly type: "edit-form";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly field: Code;
  readonly update: Base64;
  /** For which case it was typed; refused with `no-form` when another one lies on the table by now. */
  readonly case?: string | null;
}

/** Takes a confirmation back, to change something. */
export interface ReopenPage {
  readonly type: "reopen-page";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly page: Code;
}

/** The resident lets the clerk see a sensitive field, or hides it again. */
export interface ShowField {
  readonly type: "show-field";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly field: Code;
  readonly shown: boolean;
}

/** The resident says that the page is right. Refused with `page-changed`, `page-incomplete`. */
export interface ConfirmPage {
  readonly type: "confirm-page";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly page: Code;
  /** Of what the kiosk shows on it. */
  readonly seen: Digest;
}

/** Lays the service's form on the table, or the one that was begun. Refused with `no-form` where the service has none. */
export interface LayForm {
  readonly type: "lay-form";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Off the table; nothing of it is lost. */
export interface PutFormAway {
  readonly type: "put-form-away";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Shows the resident where to look; null: nowhere any more. */
export interface PointAtField {
  readonly type: "point-at-field";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly field: Code | null;
}

/** Turns the resident's page. Refused with `no-grant` unless the resident lets the clerk operate the form. */
export interface TurnPage {
  readonly type: "turn-page";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly page: Code;
}

/** Every page is confirmed: makes the paper that is signed. Refused with `page-open`, `page-changed`, `page-incomplete`, `not-recordable`. */
export interface FreezeForm {
  readonly type: "freeze-form";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** A mistake was found: open again, nothing confirmed, no signature counts. */
export interface MeltForm {
  readonly type: "melt-form";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Please sign, on the line of `signer` (from 0). Refused with `form-open`, `unknown-signer`, `asking-already`. */
export interface AskForSignature {
  readonly type: "ask-for-signature";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly signer: number;
}

/** What the glass gave. `shown`: SHA-256 of the page's picture as the kiosk has it on its screen. */
export interface SignatureBody {
  readonly shown: Digest;
  readonly device: "pen" | "finger" | "mouse";
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly (readonly (readonly [TenThousandths, TenThousandths, number, number])[])[];
}

/** It is sealed and in the case. */
export interface SignatureReceived {
  readonly signature: string;
  /** Of its record. */
  readonly digest: Digest;
}

/** One participant as the others see them. */
export interface End {
  readonly participant: ParticipantId;
  readonly role: Role;
  readonly name: string;
  /** The kiosk's or the counter's name. */
  readonly place: string;
  /** False while their line is being repaired. */
  readonly present: boolean;
}

/** Whether a participant's source is on: `on` false is muted, camera covered, or not sharing. */
export interface SourceState {
  readonly participant: ParticipantId;
  readonly source: Source;
  readonly on: boolean;
  /** The other end has ended this share: whoever shows lets go of it and says that it is off. */
  readonly stopped: boolean;
}

/** The whole state of a running talk; sent again, whole, whenever any of it changes. */
export interface Talk {
  readonly session: SessionId;
  readonly case: string;
  readonly number: string;
  readonly home: Code;
  readonly service: Code;
  readonly service_name: string;
  readonly since: Seconds;
  readonly held: boolean;
  /** The room on a media node. When it changes, both connections are built anew. */
  readonly room: string;
  readonly me: ParticipantId;
  readonly ends: readonly End[];
  readonly sources: readonly SourceState[];
  /** What the light says. It is lit while bytes reach a disk, and only then. */
  readonly recording: Recording;
  /** Whether the case may be accepted: it is recorded, or a supervisor has given their word. */
  readonly acceptable: boolean;
  /** What the resident is being asked. */
  readonly asked: AskedScreen | AskedPage | AskedSignature | AskedControl | null;
  /** What became of the last thing that was asked or allowed; null from the next question on. */
  readonly ended: AskEnded | null;
  /** The resident has agreed to show the kiosk's screen. */
  readonly may_show: boolean;
  /** Pages taken for the case so far. */
  readonly stills: readonly Still[];
  /** This window may take papers in: it is the home's own, or a power of the home holds now. */
  readonly may_take_in: boolean;
  /** A power lets what is seen here be taken as checked against the original. */
  readonly may_check: boolean;
  /** The service has a form that is filled in together. */
  readonly has_form: boolean;
  /** The form of this visit, once it was laid on the table. */
  readonly form: TalkForm | null;
  /** What the resident lets the clerk operate. */
  readonly grant: Granted | null;
  /** What the kiosk's desktop can open for an operation. */
  readonly windows: readonly WindowOffered[];
  /** What was written, the oldest first. */
  readonly texts: readonly TextLine[];
  /** Every case of the visit; `case`, `service`, stills and form are those of the one on the table. */
  readonly cases: readonly TalkCase[];
  /** Who asks. */
  readonly parties: readonly TalkParty[];
  /** How well everybody must be known before the case on the table is accepted. */
  readonly level: Level;
}

/** Offer of the publish connection: every m-line `sendonly`, `sources` says what each one carries. */
export interface PublishOffer {
  readonly type: "publish-offer";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly sdp: Sdp;
  readonly sources: Readonly<Record<Mid, Source>>;
  readonly epoch?: Epoch | null;
}

/** One recvonly m-line of the subscribe connection and whose source it is to carry. */
export interface Want {
  readonly mid: Mid;
  readonly participant: ParticipantId;
  readonly source: Source;
}

/** Offer of the subscribe connection; `fresh` is true for a new connection, false for a renegotiation of the running one. */
export interface SubscribeOffer {
  readonly type: "subscribe-offer";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly sdp: Sdp;
  readonly wants: readonly Want[];
  readonly fresh?: boolean;
}

/** Candidates found after the offer was sent (RFC 8838). */
export interface IceCandidates {
  readonly type: "ice-candidates";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly connection: "publish" | "subscribe";
  readonly candidates: readonly string[];
}

/** A participant mutes or unmutes, covers a camera, starts or stops sharing. */
export interface SetSource {
  readonly type: "set-source";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly source: Source;
  readonly on: boolean;
}

/** An end saw the first picture of a participant, `after_ms` milliseconds after the talk began for it. */
export interface ReportFirstFrame {
  readonly type: "report-first-frame";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly participant: ParticipantId;
  readonly after_ms: number;
}

/** One consent as it stands. Its words in this version are had from `/api/v1/consents/{text}/{version}`. */
export interface ConsentNow {
  readonly text: ConsentText;
  readonly version: string;
  /** In which it was read. */
  readonly language: Language;
  readonly state: "given" | "refused" | "withdrawn";
  /** `spoken`: the clerk entered it for somebody who cannot touch. */
  readonly method: "touch" | "spoken";
  /** When it was said last; null where that was not kept. */
  readonly at: Seconds | null;
}

/**
 * The resident agrees to it no more. Without `recording` the talk ends at once; without `papers-to-home` or `identity-check` the case
 * cannot be accepted. Refused with `not-now` when it does not stand.
 */
export interface WithdrawConsent {
  readonly type: "withdraw-consent";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly text: ConsentText;
}

/** The resident agrees after all, in the version with which the visit began. `language`: in which it was read now. */
export interface GiveConsent {
  readonly type: "give-consent";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly text: ConsentText;
  readonly language: Language;
}

/** The clerk enters what a resident who cannot touch has said aloud. The recording is answered by a touch, before any of it is spoken. */
export interface EnterSpokenConsent {
  readonly type: "enter-spoken-consent";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly text: "identity-check" | "papers-to-home";
  readonly given: boolean;
}

/** What is said of one material. `remark`: a free line, which stands on the paper alone. */
export interface NoticeLine {
  readonly material: MaterialNumber;
  readonly reason: NoticeReason;
  readonly remark?: ShortText;
}

/**
 * Tells the resident everything that is lacking, on paper; it lies sealed before this is answered. Given again it replaces the first, and a
 * supervisor sees that. Refused with `unknown-material`, `notice-wrong`, `notice-incomplete`, `notice-empty`, `no-glyph`, `not-recordable`.
 */
export interface GiveNotice {
  readonly type: "give-notice";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly because: Because;
  readonly lines?: readonly NoticeLine[];
  readonly form?: FormLack | null;
  /** In how many working days what follows must be there; needed where something follows. */
  readonly follow_days?: number | null;
  readonly remark?: ShortText;
}

/** A line of a notice that was given. */
export interface NoticeSaid {
  readonly material: MaterialNumber;
  readonly reason: NoticeReason;
}

/** The newest notice of a case, as the clerk sees it. */
export interface NoticeGiven {
  readonly n: number;
  readonly because: Because;
  readonly lines: readonly NoticeSaid[];
  readonly form: FormLack | null;
  /** A day in ISO form; null where nothing follows, or the calendar of that year is not published yet. */
  readonly follow_by: string | null;
  /** Whether a case may be accepted with these gaps. */
  readonly only_follows: boolean;
}

/** Something to bring, to send or to bring again, in the reader's language. */
export interface LackingLine {
  readonly name: string;
  readonly reason: NoticeReason;
}

/** The notice of one case as the kiosk shows it. */
export interface FarewellNotice {
  readonly case: CaseNumber;
  readonly service: Code;
  readonly service_name: string;
  /** What has become of the case so far. */
  readonly outcome: Outcome | null;
  readonly because: Because;
  readonly lines: readonly LackingLine[];
  readonly form: FormLack | null;
  readonly follow_by: string | null;
  /** Whether this window may hand it out on paper; where it may not, it is read here and looked up by the receipt's code. */
  readonly on_paper: boolean;
}

/** A paper that the resident may take along; its pages are had one by one. */
export interface OwnPaper {
  readonly paper: "notice" | "receipt";
  readonly pages: number;
  /** Whose notice it is; a receipt is the whole visit's, and proves each of its cases by the one `code`. */
  readonly case: CaseNumber | null;
  readonly service_name: string | null;
}

/** The code of a receipt. */
export interface ReceiptLookUp {
  readonly code: ReceiptCode;
}

/** Something that may or must still be brought. */
export interface StillToBring {
  readonly name: BothLanguages;
  readonly reason: NoticeReason;
}

/** How one case stands, for whoever holds its receipt: no name, no number of a case. */
export interface ReceiptCase {
  readonly service: BothLanguages;
  /** `open`: the window has not written it up yet; `handed-over`: the home's own office has it; `ended`: it ended without an outcome. */
  readonly state: "open" | "accepted" | "accepted-with-gaps" | "returned" | "referred" | "handed-over" | "ended";
  /** Until when it is decided, a day in ISO form; null where nothing was promised, or the day cannot be said. */
  readonly due: string | null;
  /** That day is past. */
  readonly over: boolean;
  readonly lacking: readonly StillToBring[];
  readonly form: FormLack | null;
  readonly follow_by: string | null;
  /** The service's code, where what is missing may be brought in another visit. */
  readonly goes_on: Code | null;
}

/** The cases of a receipt, in the order in which they were begun. */
export interface ReceiptStatus {
  readonly home: Code;
  readonly home_name: BothLanguages;
  readonly cases: readonly ReceiptCase[];
}

/** One consent, asked for on a card of its own: which text, in which version, and what was touched. */
export interface ConsentGiven {
  readonly text: ConsentText;
  readonly version: string;
  readonly language: Language;
  readonly given: boolean;
  /** When its card was touched, in milliseconds since 1970; what cannot be is taken as the moment of the ticket. */
  readonly at?: number | null;
}

/**
 * The resident has chosen, is named and has answered every consent. Opens the session.
 *
 * Refused with `consent-needed`, `closed-now`, `unknown-service`, `not-offered-here`, `unknown-answer`, `not-eligible`, `kiosk-busy`,
 * `bad-id-number`, `parties-wrong`, `unknown-receipt`, `case-busy`, `case-over`.
 */
export interface TakeTicket {
  readonly type: "take-ticket";
  readonly id: RequestId;
  readonly home: Code;
  readonly service: Code;
  /** Who asks: whoever stands at the kiosk first. */
  readonly parties: readonly PartyComing[];
  readonly language: Language;
  readonly consents: readonly ConsentGiven[];
  readonly needs?: readonly ("large-type" | "high-contrast" | "sign-language" | "helper")[];
  /** Question → answer, as far as was asked: `yes`, `no` or the code of an option. The rules are read again over them. */
  readonly answers?: Readonly<Record<Code, Code>>;
  /** The visit goes on with an earlier case, in the version of the service with which that began. */
  readonly goes_on?: GoesOn | null;
}

/** The resident does not want to wait any longer. */
export interface LeaveLine {
  readonly type: "leave-line";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** The resident of a parked session is back and wants to go on. */
export interface ContinueVisit {
  readonly type: "continue-visit";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** The stop key: ends the talk from the kiosk's side. */
export interface EndVisit {
  readonly type: "end-visit";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** 好差评, one to five. */
export interface Rate {
  readonly type: "rate";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly stars: number;
}

/** The farewell screen is over; the kiosk has erased everything of the resident and is free. */
export interface Forget {
  readonly type: "forget";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Nobody is being served here. */
export interface Idle {
  readonly screen: "idle";
}

/** In the line. */
export interface Waiting {
  readonly screen: "waiting";
  readonly session: SessionId;
  readonly number: string;
  readonly home: Code;
  readonly service: Code;
  readonly service_name: string;
  /** 1 is next. */
  readonly place: number;
  /** Estimated wait; null when no counter is open. */
  readonly minutes: number | null;
  /** Counters at work for this service. */
  readonly counters: number;
}

/** A counter is being rung. */
export interface Ringing {
  readonly screen: "ringing";
  readonly session: SessionId;
  readonly number: string;
  readonly home: Code;
  readonly service: Code;
  readonly service_name: string;
  readonly counter: string;
  readonly until: Seconds;
}

/** In session; when the clerk's `present` is false the page says *one moment*. */
export interface Talking {
  readonly screen: "talking";
  readonly talk: Talk;
}

/** The resident was gone too long; the session can be taken up again until then. */
export interface Parked {
  readonly screen: "parked";
  readonly session: SessionId;
  readonly number: string;
  readonly until: Seconds;
}

/** The visit is over; the page offers the rating, says goodbye and forgets. */
export interface Farewell {
  readonly screen: "farewell";
  readonly session: SessionId;
  readonly number: string;
  readonly case: string;
  readonly service_name: string;
  readonly reason: Reason;
  readonly outcome: Outcome | null;
  /** The short code that proves the visit; null until the home has signed. */
  readonly code: string | null;
  /** What stands in the square beside the code: `VW1 HOME SESSION SEQ DIGEST CODE`. */
  readonly proof: string | null;
  /** Until when an accepted case is decided, a day in ISO form; null when nothing is promised. */
  readonly due: string | null;
  /** What the service promises, for an accepted case; it stands also where the day cannot be said yet. */
  readonly working_days: number | null;
  /** Every case of the visit, with what has become of it. */
  readonly cases: readonly TalkCase[];
  /** What is lacking, as the clerk told it: the newest notice of each case, in the order of `cases`. */
  readonly notices: readonly FarewellNotice[];
  /** What may be printed now: a notice for each of `notices`, and one receipt for the whole visit, a moment after its code. */
  readonly papers: readonly OwnPaper[];
}

/** Everything this kiosk is to show now; replaces the view before. */
export interface KioskView {
  readonly type: "kiosk-view";
  readonly kiosk: string;
  readonly name: string;
  readonly jurisdiction: Code;
  readonly screen: Idle | Waiting | Ringing | Talking | Parked | Farewell;
  /** The resident's, so that a page that was loaded anew goes on in it; null when nobody is being served. */
  readonly language: Language | null;
  /** As declared with the ticket, for the same reason. */
  readonly needs: readonly ("large-type" | "high-contrast" | "sign-language" | "helper")[];
  /** What the resident agreed to, as it stands; empty when nobody is being served. */
  readonly consents: readonly ConsentNow[];
}

/** The clerk sits down at a counter, has tested the bell, and is available. */
export interface StartShift {
  readonly type: "start-shift";
  readonly id: RequestId;
  readonly counter: Code;
}

/** The clerk goes home; refused with `not-now` while they hold a session. */
export interface EndShift {
  readonly type: "end-shift";
  readonly id: RequestId;
}

/** Available or away by one's own wish; the rest (ringing, busy, wrap-up) follows from the sessions. */
export interface SetPresence {
  readonly type: "set-presence";
  readonly id: RequestId;
  readonly wish: "available" | "away";
}

/** Refused with `already-taken` when the ring went to somebody else meanwhile. */
export interface AnswerRing {
  readonly type: "answer-ring";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** The ring goes to the next clerk; the one who declined stays available and is not rung again for this ticket this round. */
export interface DeclineRing {
  readonly type: "decline-ring";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Take a waiting ticket out of turn. Of several clerks who pick one ticket, one wins, the others get `already-taken`. */
export interface PickTicket {
  readonly type: "pick-ticket";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Nothing is forwarded in either direction until `resume`; enforced at the media node. */
export interface Hold {
  readonly type: "hold";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Ends the hold. */
export interface Resume {
  readonly type: "resume";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** The recording rests while a secret is said or shown; the talk goes on. Ends by itself after a while. */
export interface SuspendRecording {
  readonly type: "suspend-recording";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Ends the suspension. */
export interface ResumeRecording {
  readonly type: "resume-recording";
  readonly id: RequestId;
  readonly session: SessionId;
}

/** Ends the talk with an outcome; the clerk goes into wrap-up. */
export interface EndSession {
  readonly type: "end-session";
  readonly id: RequestId;
  readonly session: SessionId;
  /** Of the case on the table; refused with `case-open` while another one has none, with `identity-too-low`, `not-recorded`. */
  readonly outcome: Outcome;
  /** The other home, for `referred`. */
  readonly refer_to?: Code | null;
}

/**
 * Hands the resident on to a colleague at this counter, or to whoever is free (null): they are rung next, and everything that was
 * gathered goes along. Refused with `unknown-counter`, `colleague-busy`.
 */
export interface Transfer {
  readonly type: "transfer";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly counter: Code | null;
}

/** The clerk's note on the case, as typed so far. */
export interface SaveNote {
  readonly type: "save-note";
  readonly id: RequestId;
  readonly session: SessionId;
  readonly note: Note;
}

/**
 * The case is written up; the session closes and the clerk is available again.
 *
 * Refused as `settle-case` is, and with `case-open` while it has not been said of every other case what becomes of it.
 */
export interface CompleteWrapUp {
  readonly type: "complete-wrap-up";
  readonly id: RequestId;
  readonly session: SessionId;
  /** Of the case that lay on the table last. */
  readonly outcome: Settlement;
  readonly note: Note;
  readonly refer_to?: Code | null;
}

/** One waiting resident whose service this clerk may take. */
export interface LineEntry {
  readonly session: SessionId;
  readonly number: string;
  readonly service: Code;
  readonly service_name: string;
  readonly since: Seconds;
  readonly language: Language;
  readonly needs: readonly string[];
  /** False while the kiosk is offline or the resident has stepped away. */
  readonly here: boolean;
}

/** The bell: who and what, before answering. */
export interface Ring {
  readonly session: SessionId;
  readonly number: string;
  readonly service: Code;
  readonly service_name: string;
  readonly resident: string;
  readonly kiosk: string;
  readonly host: Code;
  readonly language: Language;
  readonly needs: readonly string[];
  readonly until: Seconds;
  /** The resident talked to this clerk before the line broke. */
  readonly before: boolean;
  /** What was answered before queueing. */
  readonly answered: Answered | null;
}

/** The talk is over, the case is not. */
export interface WrapUp {
  readonly session: SessionId;
  readonly case: string;
  readonly number: string;
  readonly service_name: string;
  readonly resident: string;
  /** Null when the resident ended it: the clerk must choose. */
  readonly outcome: Outcome | null;
  /** Whether the case may be accepted: it was recorded, or a supervisor has given their word. */
  readonly acceptable: boolean;
  readonly note: string;
  readonly until: Seconds;
  /** Pages taken for the case. */
  readonly stills: readonly Still[];
  /** The form of the visit, if one was laid on the table. */
  readonly form: TalkForm | null;
  /** Until when the case is decided if it is accepted now, a day in ISO form; null where the calendar of that year is not published yet. */
  readonly due: string | null;
  /** What the service promises. */
  readonly working_days: number;
  /** Every case of the visit; `outcome`, stills and form are those of the one that lay on the table last. */
  readonly cases: readonly TalkCase[];
  readonly parties: readonly TalkParty[];
  /** Everybody is known as well as the case asks before it may be accepted. */
  readonly known: boolean;
  readonly referred_to: Code | null;
  /** Its code, by which its list of materials is found. */
  readonly service: string;
  /** What the resident was told is lacking. */
  readonly notice: NoticeGiven | null;
  /** What the form of the service lacks; null: nothing, or there is none. */
  readonly form_lack: FormLack | null;
}

/** A counter of the clerk's jurisdiction. */
export interface Counter {
  readonly id: Code;
  readonly name: string;
  readonly taken: boolean;
}

/** A clerk of the same home who may serve the resident in the talk. */
export interface Colleague {
  readonly counter: Code;
  readonly counter_name: string;
  readonly name: string;
  /** They can be rung now. */
  readonly free: boolean;
}

/** Everything this clerk is to see now; replaces the view before. */
export interface DeskView {
  readonly type: "desk-view";
  readonly login: string;
  readonly name: string;
  readonly jurisdiction: Code;
  readonly counter: Code | null;
  readonly counters: readonly Counter[];
  readonly presence: Presence;
  readonly away_because: AwayBecause | null;
  readonly line: readonly LineEntry[];
  readonly ring: Ring | null;
  readonly talk: Talk | null;
  /** Name of the resident in the talk. */
  readonly resident: string | null;
  readonly note: string;
  readonly wrap_up: WrapUp | null;
  /** Of the talk: what the resident was told is lacking. */
  readonly notice: NoticeGiven | null;
  /** Of the talk: what the form of the service lacks. */
  readonly form_lack: FormLack | null;
  /** To whom the talk may be handed on. */
  readonly colleagues: readonly Colleague[];
  /** For what one more case may be opened in this talk. */
  readonly openable: readonly Openable[];
  /** Of the resident in the talk or the wrap-up, as they stand. */
  readonly consents: readonly ConsentNow[];
  /** Of the talk or the wrap-up: what was answered before queueing for the case on the table. */
  readonly answered: Answered | null;
}

/** Every refusal: a stable code, a sentence for a person, and where the mistake is. */
export interface Problem {
  readonly code: string;
  readonly text: string;
  readonly path: string | null;
}

/** An empty object. */
export interface Nothing {
}

export interface LoginRequest {
  readonly login: Login;
  readonly password: Password;
}

/** The person of the login cookie. */
export interface Me {
  readonly login: string;
  readonly name: string;
  readonly role: "clerk" | "helper" | "supervisor" | "system-administrator" | "security-administrator" | "audit-administrator";
  readonly jurisdiction: Code;
}

/** The first security administrator, by the one-time set-up code. */
export interface SetupRequest {
  readonly code: string;
  readonly login: string;
  readonly name: PersonName;
  readonly password: string;
  readonly jurisdiction: Code;
}

/** A one-time enrolment code, from the system administrator. */
export interface EnrolRequest {
  readonly code: Login;
}

/** The kiosk and its device key, shown this once; the cookie is set too. */
export interface Enrolled {
  readonly kiosk: Code;
  readonly name: string;
  readonly key: string;
}

export interface KioskLoginRequest {
  readonly kiosk: Code;
  readonly key: Password;
}

/** The kiosk of the device cookie. */
export interface KioskMe {
  readonly kiosk: Code;
  readonly name: string;
  readonly jurisdiction: Code;
}

/** One browser may hold both cookies; `as` says for which conversation the socket is. */
export interface SocketTicketRequest {
  readonly as: "person" | "kiosk";
}

/** Good once, for some seconds, as the first frame's `ticket`. */
export interface SocketTicket {
  readonly ticket: string;
}

/** One text in both languages. */
export interface BothLanguages {
  readonly "zh-CN": string;
  readonly en: string;
}

export interface CatalogueJurisdiction {
  readonly code: string;
  readonly name: BothLanguages;
  readonly short: BothLanguages;
  readonly accent: string;
  readonly open: boolean;
  /** When it opens next; null while it is open or when that is not known. */
  readonly opens: number | null;
  /** Whether this kiosk stands there, or this person works there. */
  readonly here: boolean;
}

export interface CatalogueOption {
  readonly code: string;
  readonly label: BothLanguages;
}

/** Asked before anybody queues; without options it is answered by `yes` or `no`. */
export interface CatalogueQuestion {
  readonly id: string;
  readonly text: BothLanguages;
  readonly options: readonly CatalogueOption[];
}

/** One of four forms: an answer to a question (`is`, or one of `in`), all of these, any of these, not this. */
export interface CatalogueCondition {
  readonly question: string | null;
  readonly is: string | null;
  readonly in: readonly string[] | null;
  readonly all: readonly CatalogueCondition[] | null;
  readonly any: readonly CatalogueCondition[] | null;
  readonly not: CatalogueCondition | null;
}

/** A verdict and when it is given: the first whose condition holds; without `when` it is given in all cases that are left. */
export interface CatalogueRule {
  readonly kind: "go-on" | "go-on-bring" | "another-home" | "staffed-window" | "not-possible";
  readonly reason: BothLanguages;
  readonly when: CatalogueCondition | null;
  /** The home jurisdiction of `another-home`. */
  readonly go_to: string | null;
  /** What `go-on-bring` asks for beside the materials. */
  readonly bring: readonly BothLanguages[];
}

/** Who may ask for a service: the questions in their order, and the rules over the answers. The server reads the same rules again. */
export interface CatalogueEligibility {
  readonly questions: readonly CatalogueQuestion[];
  readonly rules: readonly CatalogueRule[];
}

/** Whole yuan; `up_to` where it depends on the case, and then `note` says on what. */
export interface CatalogueFee {
  readonly yuan: number;
  readonly up_to: number | null;
  readonly note: BothLanguages | null;
}

/** Something to bring. */
export interface CatalogueMaterial {
  readonly "zh-CN": string;
  readonly en: string;
  readonly need: "required" | "optional" | "may-follow";
}

/** The fewest and the most, all of them at the kiosk. */
export interface CataloguePeople {
  readonly least: number;
  readonly most: number;
}

export interface CatalogueService {
  readonly code: string;
  readonly home: string;
  readonly name: BothLanguages;
  readonly life_event: string;
  readonly materials: readonly CatalogueMaterial[];
  readonly eligibility: CatalogueEligibility;
  readonly consents: readonly string[];
  readonly minutes: number;
  readonly working_days: number;
  readonly fee: CatalogueFee;
  /** How the outcome reaches the resident. */
  readonly delivery: readonly ("on-the-spot" | "collect-at-home" | "collect-nearby" | "post" | "electronic")[];
  /** What the resident leaves with. */
  readonly result: BothLanguages;
  readonly channel: "remote-window" | "self-service" | "staffed-window";
  readonly mode: "guided-online" | "collected-for-home" | "guided-appointment";
  readonly identity_level: Level;
  readonly person: "in-person" | "agent-allowed";
  /** How many ask for it together. */
  readonly parties: CataloguePeople;
  /** The first day of these rules, for instance `2025-05-10`. */
  readonly version: string;
  readonly popular: number;
  readonly sample: boolean;
}

export interface CatalogueConsent {
  readonly text: string;
  readonly version: string;
  readonly title: BothLanguages;
  readonly body: BothLanguages;
  readonly required: boolean;
}

export interface CatalogueLifeEvent {
  readonly code: string;
  readonly name: BothLanguages;
}

/** How one source is captured and encoded; zero where it does not apply. Bit rates in bit/s. */
export interface MediaSource {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly max_bitrate: number;
}

export interface MediaProfile {
  readonly microphone: MediaSource;
  readonly camera: MediaSource;
  readonly screen: MediaSource;
  readonly document: MediaSource;
}

/** What may be asked for here, and all the texts of asking. */
export interface Catalogue {
  readonly jurisdictions: readonly CatalogueJurisdiction[];
  readonly services: readonly CatalogueService[];
  readonly consents: readonly CatalogueConsent[];
  readonly life_events: readonly CatalogueLifeEvent[];
  readonly media: MediaProfile;
  readonly staffed_window: BothLanguages;
  readonly farewell_seconds: number;
}

/** One session as a supervisor of its home jurisdiction lists it. */
export interface SessionSummary {
  readonly session: string;
  readonly case: string;
  readonly number: string;
  readonly service: string;
  readonly kiosk: string;
  readonly host: string;
  readonly clerk: string | null;
  readonly state: string;
  readonly outcome: string | null;
  readonly opened_at: number;
  readonly closed_at: number | null;
  readonly rating: number | null;
  /** Kinds of those that are still to do. */
  readonly incidents: readonly string[];
}

export interface Sessions {
  readonly sessions: readonly SessionSummary[];
}

/** Whether the process lives. */
export interface Health {
  readonly ok: boolean;
}

/** Whether it may be sent residents: store reachable, node up, not draining. */
export interface Ready {
  readonly ready: boolean;
  readonly store: boolean;
  readonly node: boolean;
  readonly draining: boolean;
  /** Decided cases that their home's own system has not acknowledged; no reason not to be ready. */
  readonly handovers_waiting: number;
}

export interface Version {
  readonly version: string;
  readonly protocol: number;
}

/** An upload has been looked at and lies sealed. `reasons` say why another should be taken; empty when it is good. */
export interface StillReceived {
  readonly number: number;
  readonly reasons: readonly string[];
  readonly glare: string | null;
}

/** Why somebody wants to look at this session; asked once, entered in its ledger. */
export interface ViewRequest {
  readonly purpose: "complaint" | "dispute" | "quality" | "training" | "audit" | "court";
}

export interface ViewOpened {
  readonly until: Seconds;
}

export interface TrackSegment {
  readonly epoch: number;
  readonly segment: number;
  readonly start: number;
  readonly end: number;
  readonly media: string;
  readonly state: "whole" | "cut" | "suspect";
}

export interface TrackGap {
  readonly epoch: number;
  readonly start: number;
  readonly end: number;
  readonly cause: string;
}

/** One publication, for instance `resident.camera`. */
export interface TimelineTrack {
  readonly publication: string;
  readonly required: boolean;
  readonly segments: readonly TrackSegment[];
  readonly gaps: readonly TrackGap[];
}

/** An explained silence of one publication, or of all (`*`); `end` is null while it lasts. */
export interface TimelineInterval {
  readonly publication: string;
  readonly kind: "hold" | "mute" | "suspension";
  readonly start: number;
  readonly end: number | null;
}

/** An entry of the ledger; the page has the words for `what`. */
export interface TimelineEvent {
  readonly seq: number;
  readonly at: number;
  readonly utc: string;
  readonly what: string;
  readonly actor: string;
  readonly body: unknown;
}

/** Required time that nothing covers and nothing explains. */
export interface MissingTime {
  readonly publication: string;
  readonly start: number;
  readonly end: number;
}

export interface Completeness {
  readonly complete: boolean;
  readonly missing: readonly MissingTime[];
}

/** A sealed paper of the visit, to be had as a segment is. What says which one it is, is there where it applies. */
export interface Paper {
  readonly kind: "still" | "still-page" | "still-checked" | "form-page" | "form" | "form-signed" | "signature" | "signature-record" | "texts" | "notice" | "receipt";
  readonly at: number;
  readonly publication: string;
  readonly epoch: number;
  readonly segment: number;
  readonly media: string;
  /** In pixels; 0 where there are none. */
  readonly width: number;
  readonly height: number;
  /** Whether it counts in the case, and otherwise why not; `unentered`: sealed, but what it was for did not come about. */
  readonly standing: "counts" | "not-kept" | "dropped" | "melted" | "signed-again" | "given-again" | "unentered";
  /** Which of the visit's cases it belongs to. */
  readonly case: string | null;
  /** Which still; its original, its page set straight and its checked copy have the same. */
  readonly still: number | null;
  /** Place in the service's list of materials, from 0. */
  readonly material: number | null;
  /** Which page, from 1: of the form, or among the stills of the material that count. */
  readonly page: number | null;
  /** Which frozen paper; its pages, signatures and signed copies have the same. */
  readonly form: string | null;
  /** The form's code and version. */
  readonly code: string | null;
  readonly version: string | null;
  /** Whose line, from 0. */
  readonly signer: number | null;
}

/** All that a player needs of a session, live or over. */
export interface Timeline {
  readonly session: SessionId;
  readonly case: string;
  readonly number: string;
  readonly service: string;
  readonly kiosk: string;
  readonly host: string;
  readonly home: string;
  readonly clerk: string | null;
  readonly state: string;
  /** Milliseconds since 1970; null when nothing was ever recorded. */
  readonly origin: number | null;
  readonly live: boolean;
  /** The case cannot be accepted without a supervisor's word: the talk is not recorded. */
  readonly needs_word: boolean;
  readonly length: number;
  readonly tracks: readonly TimelineTrack[];
  readonly intervals: readonly TimelineInterval[];
  readonly events: readonly TimelineEvent[];
  /** In the order in which they came. */
  readonly papers: readonly Paper[];
  readonly completeness: Completeness;
}

/** A head of the ledger that was signed. `valid`: the signature is by the key that it names, over what the ledger is today. */
export interface Signature {
  readonly role: "home" | "host";
  readonly by: string;
  readonly seq: number;
  readonly key: string;
  readonly at: string;
  readonly code: string | null;
  readonly valid: boolean;
}

/** What proves a session, looked at now. */
export interface Integrity {
  readonly entries: number;
  readonly digest: string;
  /** Where and why the chain breaks; null when it holds. */
  readonly chain: string | null;
  readonly signatures: readonly Signature[];
  /** Whether a valid signature of the home covers every entry of evidence. */
  readonly home_signed: boolean;
  /** Whether the host countersigned that; null where host and home are the same. */
  readonly host_signed: boolean | null;
  readonly segments: number;
  /** Segments whose file has exactly the digest that the ledger holds. */
  readonly verified: number;
  /** Those that have not, or are missing. */
  readonly damaged: readonly string[];
  /** Cause → how many. */
  readonly gaps: Readonly<Record<string, number>>;
}

/** The supervisor's word that a case may be accepted although the talk is not recorded. */
export interface AcceptanceRequest {
  readonly reason: Why;
}

/** Asks for what needs two people. */
export interface ApprovalRequest {
  readonly deed: "export" | "release-hold";
  readonly purpose: "complaint" | "dispute" | "quality" | "training" | "audit" | "court";
}

/** What was asked for, who approved it, whether it was done. */
export interface Approval {
  readonly id: string;
  readonly deed: "export" | "release-hold";
  readonly purpose: "complaint" | "dispute" | "quality" | "training" | "audit" | "court";
  readonly asked_by: string;
  readonly asked_at: Seconds;
  readonly approved_by: string | null;
  readonly approved_at: Seconds | null;
  readonly used_at: Seconds | null;
}

export interface Approvals {
  /** Whether a legal hold keeps the recording from being erased. */
  readonly held: boolean;
  readonly requests: readonly Approval[];
}

/** Makes the package of an approved request. */
export interface ExportRequest {
  readonly request: string;
  readonly form: "clear" | "sealed";
}

/** A package that is being made, or is there to be fetched. `share` goes from 0 to 1. */
export interface Export {
  readonly id: string;
  readonly share: number;
  readonly ready: boolean;
  /** The code of what went wrong. */
  readonly failed: string | null;
  readonly size: number;
}

/** Something that a person must look at. */
export interface Incident {
  readonly id: string;
  readonly session: SessionId;
  readonly kind: string;
  readonly at: Seconds;
  readonly done_at: Seconds | null;
  readonly done_by: string | null;
}

export interface Incidents {
  readonly incidents: readonly Incident[];
}

/** An act that this person may do here for this case now. */
export interface WindowAllowed {
  readonly act: WindowAct;
  /** By which agreement; null at the home's own window. */
  readonly agreement: string | null;
}

/** Something that the notice says is to be brought. */
export interface WindowLacking {
  readonly material: MaterialNumber;
  readonly name: BothLanguages;
  readonly reason: NoticeReason;
  /** Copies on paper that windows have taken in since the notice. */
  readonly received: number;
}

/** How one case of the receipt stands, as at a kiosk, and what may be done for it: no name of a resident, nothing of what was said. */
export interface WindowCase {
  readonly case: CaseNumber;
  readonly service: BothLanguages;
  readonly state: "open" | "accepted" | "accepted-with-gaps" | "returned" | "referred" | "handed-over" | "ended";
  readonly due: string | null;
  readonly over: boolean;
  readonly lacking: readonly WindowLacking[];
  readonly form: FormLack | null;
  readonly follow_by: string | null;
  /** Whether a notice lies there that can be handed out. */
  readonly notice: boolean;
  /** Whether the receipt promises that the outcome may be collected at a window of the host. */
  readonly nearby: boolean;
  /** The day in ISO form on which a window handed the outcome out. */
  readonly delivered_on: string | null;
  readonly may: readonly WindowAllowed[];
}

/** The cases of a receipt as a person at a staffed window sees them, in the order in which they were begun: those for which they may do anything. */
export interface WindowStatus {
  readonly home: Code;
  readonly home_name: BothLanguages;
  readonly cases: readonly WindowCase[];
}

/**
 * Hands the newest notice of a case out on paper: answered with its PDF. Refused with `unknown-receipt`, `unknown-case`, `unknown-paper`, `no-power`,
 * and where the recording was erased by law `recording-erased`.
 */
export interface WindowNotice {
  readonly code: ReceiptCode;
  readonly case: CaseNumber;
}

/**
 * Takes in, on paper, something that the notice says is to be brought. Refused with `unknown-receipt`, `unknown-case`, `unknown-material`, `not-now`,
 * `no-power`.
 */
export interface WindowPapers {
  readonly code: ReceiptCode;
  readonly case: CaseNumber;
  readonly material: MaterialNumber;
  readonly copies: number;
}

/**
 * Hands the outcome of a case out, once. Refused with `unknown-receipt`, `unknown-case`, `not-now` (nothing was accepted), `already-delivered`,
 * `no-power`.
 */
export interface WindowOutcome {
  readonly code: ReceiptCode;
  readonly case: CaseNumber;
  /** Whose identity card the window has looked at. */
  readonly collected_by: "applicant" | "representative";
}

export type FromEnd =
  | Hello
  | Data
  | Ack
  | Ping
  | Pong
  | Bye;

export type FromServer =
  | Welcome
  | Data
  | Ack
  | Ping
  | Pong
  | Bye;

export type Action =
  | Move
  | Press
  | Release
  | Wheel
  | Letters
  | Key;

export type FromKiosk =
  | TakeTicket
  | LeaveLine
  | ContinueVisit
  | EndVisit
  | Rate
  | Forget
  | AnswerAsk
  | StopShare
  | WithdrawConsent
  | GiveConsent
  | FormHello
  | EditForm
  | ShowField
  | ConfirmPage
  | ReopenPage
  | OfferWindows
  | ReportControl
  | StopControl
  | SendText
  | PublishOffer
  | SubscribeOffer
  | IceCandidates
  | SetSource
  | ReportFirstFrame
  | Point
  | PointInForm;

export type ToKiosk =
  | KioskView
  | Done
  | Refused
  | MediaAnswer
  | FormWelcome
  | FormChanged
  | FormEdited
  | PageTurned
  | OperateNow
  | LineQuality
  | Pointed
  | PointedInForm
  | Notice;

export type FromDesk =
  | StartShift
  | EndShift
  | SetPresence
  | AnswerRing
  | DeclineRing
  | PickTicket
  | Hold
  | Resume
  | SuspendRecording
  | ResumeRecording
  | Transfer
  | EndSession
  | SaveNote
  | CompleteWrapUp
  | AskForScreen
  | AskForPage
  | TakeStill
  | WithdrawAsk
  | KeepStill
  | DropStill
  | CheckStill
  | StopShare
  | LayForm
  | PutFormAway
  | FormHello
  | EditForm
  | PointAtField
  | ReopenPage
  | TurnPage
  | FreezeForm
  | MeltForm
  | AskForSignature
  | OpenCase
  | TurnToCase
  | DropCase
  | SettleCase
  | ConfirmIdentity
  | AskForControl
  | Operate
  | StopControl
  | SendText
  | EnterSpokenConsent
  | GiveNotice
  | PublishOffer
  | SubscribeOffer
  | IceCandidates
  | SetSource
  | ReportFirstFrame
  | Point
  | PointInForm;

export type ToDesk =
  | DeskView
  | Done
  | Refused
  | MediaAnswer
  | FormWelcome
  | FormChanged
  | FormEdited
  | FieldRevealed
  | FieldHidden
  | ControlReported
  | LineQuality
  | Pointed
  | PointedInForm
  | Notice;
