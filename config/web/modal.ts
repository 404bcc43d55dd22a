/** A dialog that is open as long as the template holds it: focus stays inside, Escape is the template's `@cancel`. */
import { AsyncDirective } from "lit/async-directive.js";
import { directive } from "lit/directive.js";
import type { ElementPart } from "lit";

class ModalDirective extends AsyncDirective {
  render(): void {}

  override update(part: ElementPart): void {
    const dialog = part.element as HTMLDialogElement;
    queueMicrotask(() => {
      if (dialog.isConnected && !dialog.open) dialog.showModal();
    });
  }
}

/** In a template: `<dialog ${modal()} aria-labelledby="…">`. */
export const modal = directive(ModalDirective);
