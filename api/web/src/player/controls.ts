/** The player's face: what one presses, and what one is told. Plain elements, in the page's own tree. */

import { icon, setIcon } from "./icons";
import type { Scene } from "./scene";
import type { State } from "./machine";
import { clock, spoken } from "./words";

export interface Wishes {
  toggle(): void;
  seek(seconds: number): void;
  skip(seconds: number): void;
  goLive(): void;
  setRate(rate: number): void;
  setVolume(share: number): void;
}

const SENTENCES: Record<State, string> = {
  idle: "Ready",
  waiting: "Waiting for the first words…",
  playing: "Playing",
  stalled: "Waiting for more sound…",
  paused: "Paused",
  reconnecting: "Reconnecting…",
  ended: "The end",
  error: "",
};
const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];
const STEP = 5;
const PAGE = 30;
const LIVE_WITHIN = 3;

export class Controls {
  readonly status = element("p", "player-status", { role: "status", "aria-live": "polite" });
  readonly toggle = button("player-toggle", "Play");
  readonly place = element("input", "player-place", {
    type: "range", min: "0", max: "0", step: "0.1", value: "0", "aria-label": "Place in the episode",
  });
  readonly times = element("p", "player-times", {});
  readonly live = button("player-live", "Live: go to what is being made now");
  readonly #back = button("player-skip", "Back 15 seconds");
  readonly #on = button("player-skip", "Forward 15 seconds");
  readonly #heard = element("span", "player-heard", {});
  readonly #length = element("span", "player-length", {});
  #dragging = false;
  /** After `change`, which need not come: who returns to where the drag began changed nothing. */
  readonly #letGo = () => setTimeout(() => (this.#dragging = false), 0);
  #told = -1;

  constructor(wishes: Wishes) {
    this.toggle.addEventListener("click", () => wishes.toggle());
    this.live.addEventListener("click", () => wishes.goLive());
    this.live.textContent = "Live";
    this.#back.append(icon("back"));
    this.#on.append(icon("on"));
    this.#back.addEventListener("click", () => wishes.skip(-15));
    this.#on.addEventListener("click", () => wishes.skip(15));
    this.times.append(this.#heard, this.#length);
    this.place.addEventListener("input", () => this.#drag());
    this.place.addEventListener("change", () => {
      this.#dragging = false;
      wishes.seek(Number(this.place.value));
    });
    this.place.addEventListener("blur", this.#letGo);
    this.place.addEventListener("keydown", (event) => this.#press(event, wishes));
  }

  /** What to put into the player, in order. */
  parts(wishes: Wishes): HTMLElement[] {
    const buttons = element("div", "player-buttons", {});
    buttons.append(this.#back, this.toggle, this.#on, this.live);
    const settings = element("div", "player-settings", {});
    settings.append(rateChoice(wishes), volumeSlider(wishes));
    const row = element("div", "player-row", {});
    row.append(buttons, settings);
    return [this.place, this.times, row, this.status];
  }

  show(scene: Scene): void {
    const ready = scene.to > scene.from;
    setIcon(this.toggle, scene.wanted ? "pause" : "play");
    name(this.toggle, scene.wanted ? "Pause" : "Play");
    this.#showPlace(scene, ready);
    write(this.#heard, clock(scene.position));
    write(this.#length, lengthOf(scene));
    this.live.hidden = !scene.growing;
    this.live.disabled = scene.to - scene.position < LIVE_WITHIN;
    this.#back.disabled = this.#on.disabled = !ready;
    const sentence = [SENTENCES[scene.state], scene.note].filter(Boolean).join(" ");
    write(this.status, sentence);
  }

  #showPlace(scene: Scene, ready: boolean): void {
    this.place.disabled = !ready;
    this.place.min = String(scene.from);
    this.place.max = String(scene.to);
    if (this.#dragging) return;
    this.place.value = String(scene.position);
    this.#paint(scene.position);
    // A screen reader reads each new value out: tell it where it is now and then, not all the time.
    const moment = Math.floor(scene.position / 10);
    if (moment !== this.#told || document.activeElement !== this.place) {
      this.#told = moment;
      this.#readOut(scene.position, scene.to);
    }
  }

  #drag(): void {
    this.#dragging = true;
    for (const kind of ["pointerup", "pointercancel"]) {
      globalThis.addEventListener(kind, this.#letGo, { once: true });
    }
    const place = Number(this.place.value);
    this.#paint(place);
    write(this.#heard, clock(place));
    this.#readOut(place, Number(this.place.max));
  }

  #paint(place: number): void {
    const from = Number(this.place.min);
    const share = (place - from) / (Number(this.place.max) - from || 1);
    this.place.style.setProperty("--share", `${Math.min(1, Math.max(0, share)) * 100}%`);
  }

  #readOut(place: number, to: number): void {
    this.place.setAttribute("aria-valuetext", `${spoken(place)} of ${spoken(to)}`);
  }

  #press(event: KeyboardEvent, wishes: Wishes): void {
    const steps: Record<string, number> = {
      ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP,
      PageDown: -PAGE, PageUp: PAGE,
    };
    const step = steps[event.key];
    if (step !== undefined) wishes.skip(step);
    else if (event.key === "Home") wishes.seek(Number(this.place.min));
    else if (event.key === "End") wishes.seek(Number(this.place.max));
    else return;
    event.preventDefault();
    this.#told = -1;
  }
}

function lengthOf(scene: Scene): string {
  if (!scene.growing || scene.to <= scene.from) return scene.to > 0 ? clock(scene.to) : about(scene.minutes);
  const received = `${clock(scene.to)} received`;
  return scene.minutes ? `${received}, ${about(scene.minutes)}` : received;
}

function about(minutes: number | null): string {
  return minutes ? `about ${minutes} min` : "";
}

function rateChoice(wishes: Wishes): HTMLElement {
  const choice = element("select", "player-rate", { "aria-label": "Speed" });
  for (const rate of RATES) {
    const option = document.createElement("option");
    option.value = String(rate);
    option.textContent = `${rate}×`;
    option.selected = rate === 1;
    choice.append(option);
  }
  choice.addEventListener("change", () => wishes.setRate(Number(choice.value)));
  return choice;
}

function volumeSlider(wishes: Wishes): HTMLElement {
  const label = element("label", "player-volume", {});
  const slider = element("input", "", {
    type: "range", min: "0", max: "100", step: "5", value: "100", "aria-label": "Volume",
  });
  const paint = () => slider.style.setProperty("--share", `${slider.value}%`);
  slider.addEventListener("input", () => {
    wishes.setVolume(Number(slider.value) / 100);
    slider.setAttribute("aria-valuetext", `${slider.value} percent`);
    paint();
  });
  paint();
  label.append(icon("volume"), slider);
  return label;
}

function button(kind: string, label: string): HTMLButtonElement {
  return element("button", kind, { type: "button", "aria-label": label });
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag, kind: string, attributes: Record<string, string>,
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function name(button: HTMLButtonElement, label: string): void {
  if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
}

/** Only what is new: what stays must not be read out again. */
function write(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
