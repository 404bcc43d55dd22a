/** Reads a screen aloud, where the browser has a voice of its own for the language; where it has none, nothing is promised. */
import type { Language } from "../../config/web/words.ts";

export class Voice {
  /** `changed` is called when voices have come: browsers load them late. */
  constructor(changed: () => void) {
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", changed);
  }

  /** Whether `language` can be spoken on this machine: no text goes to a service elsewhere. */
  speaks(language: Language): boolean {
    return this.#voice(language) !== null;
  }

  /** Says what stands in `element`, from its title on; controls are left out. Interrupts what was being said. */
  read(element: Element, language: Language): void {
    const voice = this.#voice(language);
    if (voice === null) return;
    this.hush();
    const texts = [...element.querySelectorAll("h1, h2, p, li, dt, dd, .label")]
      .filter((part) => part.closest("button, .actions, .only-heard") === null && part.checkVisibility())
      .filter((part, _n, all) => !all.some((other) => other !== part && other.contains(part)))
      .map((part) => part.textContent?.trim() ?? "");
    const words = new SpeechSynthesisUtterance(texts.filter((text) => text !== "").join("。"));
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = 0.9;
    speechSynthesis.speak(words);
  }

  hush(): void {
    globalThis.speechSynthesis?.cancel();
  }

  #voice(language: Language): SpeechSynthesisVoice | null {
    const voices = globalThis.speechSynthesis?.getVoices() ?? [];
    return voices.find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language.slice(0, 2))) ?? null;
  }
}
