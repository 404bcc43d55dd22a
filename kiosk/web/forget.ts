/** Nothing of a resident stays in the browser: the page stores nothing, and erases what a browser keeps by itself. */

/** The tab's storage, though the page fills none; a selection, the clipboard, half-typed fields. The DOM is redrawn by the page. */
export function forgetTraces(): void {
  sessionStorage.clear();
  getSelection()?.removeAllRanges();
  for (const field of document.querySelectorAll<HTMLInputElement>("input, textarea")) field.value = "";
  if (document.hasFocus()) void navigator.clipboard?.writeText("").catch(() => undefined); // not allowed everywhere; then there is nothing of ours in it either
}
