/** All that happens to the sound without the player's doing. */

export interface Attentive {
  /** It sounds otherwise than before. */
  sounded(): void;
  /** It is elsewhere, or may be. */
  moved(): void;
  /** Somebody made it go on, or pause: a headset, a key or the system may as well as we. */
  pressed(plays: boolean): void;
  /** The browser gave it up. */
  broke(): void;
  /** There is a network again. */
  online(): void;
}

const SOUNDS = ["playing", "waiting", "ended", "seeked", "canplay", "durationchange"];
const MOVES = ["timeupdate", "seeking", "ratechange"];

/** Tell of it until the signal says to stop. */
export function attend(audio: HTMLAudioElement, to: Attentive, signal: AbortSignal): void {
  for (const name of SOUNDS) audio.addEventListener(name, () => to.sounded(), { signal });
  for (const name of MOVES) audio.addEventListener(name, () => to.moved(), { signal });
  audio.addEventListener("pause", () => to.pressed(false), { signal });
  audio.addEventListener("play", () => to.pressed(true), { signal });
  audio.addEventListener("error", () => to.broke(), { signal });
  globalThis.addEventListener("online", () => to.online(), { signal });
  // A page in the background is given less time: catch up as soon as it is looked at.
  document.addEventListener("visibilitychange", () => to.moved(), { signal });
}
