"""What a page is asked about itself: its fields, what of them must not be shown, and whether it has handled what was sent. Pure.

The script runs in a world of its own (CDP: isolated world): it sees the page's elements, the page sees nothing of it.
What it cannot see into (a frame of another origin, a closed component) counts as secret. The words of a page, which may be somebody's
name, do not leave the page: a field is told by its `name` or `id`, or as the n-th that was looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiosk.operate.grant import Box, Field

WORLD = "operation"
SLACK = 2
"""Pixels by which window and page may differ through rounding; beyond it something else lies in the window, and all is masked."""

SCRIPT = r"""(() => {
  if (globalThis.look) return;
  const SECRET = /pass(word|wd|code)|\bpwd\b|one-?time|\botp\b|\bcvv|\bcvc|\bpin\b|密码|口令|验证码/i;
  const PERSONAL = /\bid[ _-]?(card|number|no\b)|identity|passport|bank.?card|身份证|证件号|护照|银行卡|卡号/i;
  const NUMBER = /(?<!\d)(\d{17}[\dXx]|\d{16,19})(?![\dXx])/;
  const FIELDS = "input,textarea,select,[contenteditable]";
  const PLAIN = /^(checkbox|radio|button|submit|reset|image|range|color|file|hidden)$/;
  const doc = `${performance.timeOrigin}-${Math.random()}`;
  const seen = new WeakMap();
  let last = 0;
  const mark = (element) => seen.get(element) ?? (seen.set(element, ++last), last);
  const once = new WeakSet();  // a password that is shown as text for a moment stays one
  let handled = 0, waiting = [];
  for (const kind of ["keyup", "mousedown", "mouseup"]) addEventListener(kind, () => {
    handled += 1;
    waiting = waiting.filter(([enough, done]) => handled < enough || (done(), false));
  }, true);
  const inside = (element) => {
    if (element.shadowRoot) return element.shadowRoot;
    if (element instanceof HTMLIFrameElement) try { return element.contentDocument; } catch { return null; }
    return null;
  };
  const closed = (element) => !inside(element) && !element.childElementCount &&
    (/^(IFRAME|OBJECT|EMBED|FRAME)$/.test(element.tagName) || element.tagName.includes("-"));
  const words = (node) => {  // of a label, without what is written or chosen in the field that it may hold
    if (!node || node.nodeType === 3) return node?.data ?? "";
    return node.matches?.(FIELDS) ? "" : [...node.childNodes].map(words).join(" ");
  };
  const label = (element) => {
    const by = element.getAttribute("aria-labelledby");
    const found = element.getAttribute("aria-label") || (by && words(element.getRootNode().getElementById?.(by))) ||
      (element.matches("button,[role=button]") && element.textContent) || words(element.labels?.[0]) || element.placeholder ||
      element.name || element.id || (element.tagName === "A" ? "link" : "");  // what a link says may be somebody's name
    return found.replace(/\s+/g, " ").trim().replace(/\d{6,}/g, "…").slice(0, 40);
  };
  const field = (element) => {
    const holder = element.closest("[data-sensitive]");
    const names = [element.name, element.id, label(element)].join(" ");
    const auto = element.autocomplete || "";
    const input = element.tagName === "INPUT";
    if (input && element.type === "password") once.add(element);
    const typeable = (input && !PLAIN.test(element.type)) || element.tagName === "TEXTAREA" || element.isContentEditable;
    const plain = input && PLAIN.test(element.type);
    const secret = closed(element) || holder !== null || once.has(element) || /password|one-time-code|\bcc-/.test(auto) ||
      (typeable && SECRET.test(names));
    return {
      names: [element.getAttribute("name"), element.getAttribute("id")], mark: mark(element), secret, typeable, lists: element.tagName === "SELECT" || (input && (element.list !== null || /date|time|month|week/.test(element.type))),
      personal: typeable && !plain && (PERSONAL.test(names) || NUMBER.test(element.value ?? element.textContent ?? "")),
    };
  };
  const deepest = (root, find) => {
    let element = find(root);
    for (let next = element; next; next = element && inside(element) ? find(inside(element), element) : null) element = next;
    return element;
  };
  const focused = () => {
    const element = deepest(document, (root) => root.activeElement);
    return element && element !== element.ownerDocument.body && element !== element.ownerDocument.documentElement ? element : null;
  };
  const under = (x, y) => {
    let [left, top] = [x, y];
    const element = deepest(document, (root, host) => {
      if (host instanceof HTMLIFrameElement) { const box = host.getBoundingClientRect(); left -= box.left + host.clientLeft; top -= box.top + host.clientTop; }
      return root.elementFromPoint(left, top);
    });
    if (!element) return null;
    const control = element.closest("label")?.control;
    return control || element.closest(FIELDS + ",button,a,[role=button],[data-sensitive]") || (closed(element) ? element : null);
  };
  const masks = (root, left, top, active, found) => {
    for (const element of root.querySelectorAll("*")) {
      const within = inside(element);
      const sensitive = element.hasAttribute("data-sensitive") || closed(element);
      if (within || sensitive || element.matches(FIELDS)) {
        const box = element.getBoundingClientRect();
        if (within) {
          const frame = element instanceof HTMLIFrameElement;
          masks(within, frame ? left + box.left + element.clientLeft : left, frame ? top + box.top + element.clientTop : top, active, found);
        }
        if (box.width > 0 && box.height > 0) {
          const known = sensitive ? { secret: true } : within ? {} : field(element);
          if (known.secret || (known.personal && element !== active)) found.push([left + box.left, top + box.top, left + box.right, top + box.bottom]);
        }
      }
    }
    return found;
  };
  globalThis.look = async (at, before, patience) => {
    if (before && before[0] === doc && handled < before[1])
      await new Promise((done) => { waiting.push([before[1], done]); setTimeout(done, patience); });
    const view = visualViewport, active = focused(), target = at && under(view.offsetLeft + at[0] * innerWidth / view.scale, view.offsetTop + at[1] * innerHeight / view.scale);
    const pixels = view.scale * devicePixelRatio;
    const boxes = masks(document, 0, 0, active, []);
    return {
      doc, handled, origin: location.origin, width: innerWidth * devicePixelRatio, height: innerHeight * devicePixelRatio,
      focused: active && field(active), at: target && field(target),
      masks: boxes.map(([x0, y0, x1, y1]) => [(x0 - view.offsetLeft) * pixels, (y0 - view.offsetTop) * pixels, (x1 - view.offsetLeft) * pixels, (y1 - view.offsetTop) * pixels]),
    };
  };
})()"""

CODE, OURS = re.compile(r"[a-z0-9][a-z0-9-]{0,63}"), re.compile(r"field-\d+")
"""What a field may be called in a ledger; what `journal` calls those that have no such name."""
NUMBER = re.compile(r"\d{6}")
"""A page that makes its names from its data might make them from somebody's number."""
Before = tuple[str, int]
"""A document and how many events of ours it should have handled."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a page answered. `width` and `height` are its own, `masks` left, top, width, height, all in pixels of the window."""

    doc: str
    handled: int
    origin: str
    width: float
    height: float
    focused: Field | None
    at: Field | None
    masks: tuple[Box, ...]

    def boxes(self, width: int, height: int) -> tuple[Box, ...]:
        """What must not be seen of a window of that size: everything, when the page does not fill it."""
        if abs(self.width - width) > SLACK or abs(self.height - height) > SLACK:
            return ((0, 0, width, height),)
        return self.masks


def question(at: tuple[float, float] | None, before: Before | None, patience_ms: int) -> str:
    """The expression whose value `answer` reads. `at`: shares of the page; it waits at most `patience_ms` for `before`."""
    return f"look({json.dumps(at)}, {json.dumps(before)}, {patience_ms})"


def answer(value: Any) -> Look:
    """Raises ValueError for anything that is not such an answer."""
    try:
        masks = tuple(_box(*(float(each) for each in corners)) for corners in value["masks"])
        size = float(value["width"]), float(value["height"])
        return Look(
            str(value["doc"]),
            int(value["handled"]),
            str(value["origin"]),
            *size,
            _field(value["focused"], str(value["doc"])),
            _field(value["at"], str(value["doc"])),
            masks,
        )
    except (KeyError, TypeError, OverflowError) as wrong:
        raise ValueError(f"not an answer: {wrong}") from wrong


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    # A pixel more on each side: letters and their rounding.
    x, y = int(left) - 2, int(top) - 2
    return x, y, int(right) + 2 - x, int(bottom) + 2 - y


def code_of(names: Iterable[Any]) -> str:
    """The first of an element's names that can be a code, as one; empty when none can."""
    for name in names:
        code = str(name or "").lower().replace("_", "-")
        if CODE.fullmatch(code) and not OURS.fullmatch(code) and not NUMBER.search(code):
            return code
    return ""


def _field(value: Any, doc: str) -> Field | None:
    if value is None:
        return None
    flags = {name: bool(value[name]) for name in ("secret", "personal", "typeable", "lists")}
    return Field(code_of(value["names"]), f"{doc}/{int(value['mark'])}", **flags)
