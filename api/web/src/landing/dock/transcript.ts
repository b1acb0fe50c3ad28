/** The transcript beside the page: the line that is spoken is lit, and its sources are one press away. */

import type { Line, Part, PodcastStatus } from "../../episode/status";
import { clock } from "../../player/words";
import { build, button, write } from "./build";
import { writeCitation } from "./citation";
import { Timetable } from "./timetable";

const HOSTS: Record<string, string> = { host_a: "Host", host_b: "Co-host" };
/** Milliseconds for which the page leaves a reader alone who scrolled. */
const LEFT_ALONE = 5000;

export class Transcript {
  readonly element = build("aside", "transcript", {
    id: "dock-transcript", "aria-labelledby": "dock-transcript-heading", tabindex: "-1",
  });
  readonly #heading = build("h2", "transcript-heading", { id: "dock-transcript-heading" }, "Transcript");
  readonly #empty = build("p", "transcript-empty", {}, "The first lines are being written.");
  readonly #said = build("div", "transcript-said", { tabindex: "0", role: "group", "aria-label": "What is said" });
  readonly #lines = new Map<string, HTMLElement>();
  readonly #seek: (seconds: number) => void;
  #timetable = new Timetable([]);
  #lit: HTMLElement | null = null;
  #scrolled = -Infinity;

  /** @param seek: goes to where a line begins. @param close: somebody has read enough. */
  constructor(seek: (seconds: number) => void, close: () => void) {
    this.#seek = seek;
    const shut = button("transcript-close", { "aria-label": "Close the transcript" }, "×");
    shut.addEventListener("click", close);
    this.element.append(build("header", "transcript-head", {}, this.#heading, shut), this.#said);
    this.element.hidden = true;
    this.#said.append(this.#empty);
    for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.#said.addEventListener(kind, () => (this.#scrolled = performance.now()), { passive: true });
    }
  }

  /** Another episode. */
  clear(): void {
    this.#lines.clear();
    this.#timetable = new Timetable([]);
    this.#lit = null;
    this.#scrolled = -Infinity;
    this.#said.replaceChildren(this.#empty);
    this.#said.scrollTop = 0;
  }

  /** Add what is new. A part never changes once it is there; when it is spoken becomes known later. */
  update(status: PodcastStatus): void {
    const parts = status.script?.parts ?? [];
    for (const part of parts) this.#write(part, status);
    const making = status.status === "GENERATING";
    write(this.#empty, making ? "The first lines are being written." : "There is no transcript.");
    this.#empty.hidden = parts.length > 0;
    this.#timetable = new Timetable(parts.flatMap((part) => part.lines));
  }

  /** Light the line that is spoken at `seconds`, or was last before; none where it is null. */
  light(seconds: number | null): void {
    const name = seconds === null ? null : this.#timetable.at(seconds);
    const line = name === null ? null : (this.#lines.get(name) ?? null);
    if (line === this.#lit) return;
    this.#lit?.removeAttribute("aria-current");
    line?.setAttribute("aria-current", "true");
    this.#lit = line;
    if (line && performance.now() - this.#scrolled > LEFT_ALONE) this.reveal();
  }

  /** Bring the lit line before the reader's eyes. */
  reveal(): void {
    if (!this.#lit || this.element.hidden) return;
    const [frame, line] = [this.#said.getBoundingClientRect(), this.#lit.getBoundingClientRect()];
    const top = this.#said.scrollTop + line.top - frame.top - frame.height * 0.3;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#said.scrollTo({ top, behavior: still ? "instant" : "smooth" });
  }

  #write(part: Part, status: PodcastStatus): void {
    const fresh = part.lines.some(({ line_id }) => !this.#lines.has(line_id));
    if (fresh) {
      const written = part.lines.map((line) => this.#writeLine(line, status));
      const heading = build("h3", "transcript-part", {}, part.heading);
      this.#said.append(build("section", "", {}, heading, ...written.flat()));
    }
    for (const line of part.lines) this.#time(line);
  }

  #writeLine(line: Line, { sources }: PodcastStatus): HTMLElement[] {
    const text = build("span", "line-text", {}, line.text);
    const cards: HTMLElement[] = [];
    for (const [index, cited] of line.citations.entries()) {
      const place = sources.findIndex(({ source_id }) => source_id === cited.source_id);
      const source = sources[place];
      if (source === undefined) continue;
      const { mark, card } = writeCitation(`cited-${line.line_id}-${index}`, place + 1, cited, source);
      text.append(" ", mark);
      cards.push(card);
    }
    const time = button("line-time", {}, "");
    time.hidden = true;
    time.addEventListener("click", () => this.#seek(Number(time.dataset["start"])));
    const host = build("span", "line-host", {}, HOSTS[line.speaker] ?? line.speaker);
    const written = build("div", `line ${line.speaker}`, { "data-line": line.line_id });
    written.append(build("div", "line-head", {}, host, time), build("p", "", {}, text), ...cards);
    this.#lines.set(line.line_id, written);
    return [written];
  }

  #time({ line_id, start_seconds }: Line): void {
    const time = this.#lines.get(line_id)?.querySelector<HTMLButtonElement>(".line-time");
    if (!time || start_seconds === null || !time.hidden) return;
    time.hidden = false;
    time.dataset["start"] = String(start_seconds);
    time.setAttribute("aria-label", `Hear it from ${clock(start_seconds)}`);
    write(time, clock(start_seconds));
  }
}
