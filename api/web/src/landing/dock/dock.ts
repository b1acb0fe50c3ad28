/** The player at the foot of the page: what is heard, and the transcript it opens.
 *
 * It stands outside every surface: pages come and go above it.
 */

import "../../player/element";
import type { PodcastStatus } from "../../episode/status";
import type { PlayerElement } from "../../player/element";
import type { Offer } from "../../player/offer";
import type { Scene } from "../../player/scene";
import { build, button, write } from "./build";
import { Transcript } from "./transcript";

/** What is put into the dock before anything is known of the episode itself. */
export interface Sleeve {
  readonly title: string;
  /** Address of the picture; empty: none. */
  readonly cover: string;
  readonly minutes: number | null;
}

/** What the dock asks of whoever knows the episode. */
export interface Desk {
  /** What was refused is asked for again. */
  again(): void;
  /** It is put away. */
  closed(): void;
  /** The transcript is wanted, or was read enough. */
  read(open: boolean): void;
}

const CONTROLS = "a[href], button, input, select, textarea, summary, [contenteditable], [role=button]";

export class Dock {
  readonly player = document.createElement("aethercast-player") as PlayerElement;
  readonly transcript: Transcript;
  readonly #desk: Desk;
  readonly #cover = build("img", "", { alt: "", width: "56", height: "56" });
  readonly #title = build("p", "dock-title", { dir: "auto" });
  readonly #making = build("p", "dock-making");
  readonly #read = button("dock-read", { "aria-expanded": "false", "aria-controls": "dock-transcript" }, "Transcript");
  readonly #element = build("div", "dock");
  #scene: Scene | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.transcript = new Transcript((seconds) => this.#goTo(seconds), () => desk.read(false));
    const shut = button("dock-close", { "aria-label": "Close the player" }, "×");
    shut.addEventListener("click", () => this.close());
    this.#read.addEventListener("click", () => desk.read(!this.reading));
    this.#element.append(build("div", "dock-cover", {}, this.#cover), this.#title, this.#making, this.player, this.#read, shut);
    this.#element.hidden = true;
    this.player.addEventListener("heard", (event) => this.#heard((event as CustomEvent<Scene>).detail));
    this.player.addEventListener("again", () => desk.again());
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  /** Where it stands: after all that a page has. */
  mount(place: HTMLElement): void {
    place.append(this.#element, this.transcript.element); // what a button opens is what the Tab key comes to next
  }

  get open(): boolean {
    return !this.#element.hidden;
  }

  get reading(): boolean {
    return !this.transcript.element.hidden;
  }

  /** Whether there is anything to hear. */
  get received(): boolean {
    return this.#scene !== null && this.#scene.to > this.#scene.from;
  }

  /** Another episode: silence, its cover and title, an empty transcript. */
  put(sleeve: Sleeve): void {
    this.player.close();
    this.#scene = null;
    this.transcript.clear();
    this.#making.textContent = "";
    this.#cover.hidden = true;
    this.#dress(sleeve.title, sleeve.cover);
    this.#element.hidden = false;
    document.documentElement.dataset["dock"] = "";
  }

  /** What is known of the episode by now. */
  update(status: PodcastStatus, making: string): void {
    this.#dress(status.title ?? status.topic, status.media.cover?.url ?? "");
    write(this.#making, making);
    this.transcript.update(status);
    if (this.#scene) this.#light(this.#scene);
  }

  set offer(offer: Offer) {
    this.player.offer = offer;
  }

  /** Show the transcript or put it away. */
  show(reading: boolean): void {
    if (reading === this.reading) return;
    const within = this.transcript.element.contains(document.activeElement);
    this.transcript.element.hidden = !reading;
    this.#read.setAttribute("aria-expanded", String(reading));
    inPlace(() => document.documentElement.toggleAttribute("data-reading", reading));
    if (reading) this.transcript.reveal();
    else if (within) this.#read.focus();
  }

  close(): void {
    const within = this.#element.contains(document.activeElement);
    this.player.close();
    this.#scene = null;
    this.#element.hidden = true;
    if (this.reading) this.#desk.read(false);
    delete document.documentElement.dataset["dock"];
    if (within) document.getElementById("surface")?.focus({ preventScroll: true });
    this.#desk.closed();
  }

  #dress(title: string, cover: string): void {
    write(this.#title, title);
    // Links to the same cover differ from answer to answer: one of them is enough.
    if (!cover || !this.#cover.hidden) return;
    this.#cover.src = cover;
    this.#cover.hidden = false;
  }

  #heard(scene: Scene): void {
    this.#scene = scene;
    this.#element.dataset["state"] = scene.state;
    this.#light(scene);
  }

  #light({ state, position }: Scene): void {
    const begun = position > 0 || state === "playing";
    this.transcript.light(begun && state !== "ended" ? position : null);
  }

  #goTo(seconds: number): void {
    this.player.seek(seconds);
    if (!this.#scene?.wanted) this.player.start();
  }

  /** Space plays and pauses where it does nothing else; Escape puts the transcript away. */
  #press(event: KeyboardEvent): void {
    if (!this.open || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.reading) {
      this.#desk.read(false);
    } else if (event.key === " " && !(event.target as Element).closest(CONTROLS)) {
      event.preventDefault();
      this.player.toggle();
    }
  }
}

/** Change how much room the page has: what one was looking at stays where it is. */
function inPlace(change: () => void): void {
  const seen = document.elementFromPoint(innerWidth / 3, innerHeight / 2)?.closest("article");
  const before = seen?.getBoundingClientRect().top ?? 0;
  change();
  if (seen) scrollBy({ top: seen.getBoundingClientRect().top - before, behavior: "instant" });
}
