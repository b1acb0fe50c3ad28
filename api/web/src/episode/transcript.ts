/** The transcript: what is written is added to it, and the line that is spoken is lit.
 *
 * What others wrote becomes text, never markup.
 */

import type { Line, Part, PodcastStatus } from "./status";

const HOSTS: Record<string, string> = { host_a: "Host", host_b: "Co-host" };

interface Spoken {
  readonly start: number;
  readonly end: number;
  readonly line: HTMLElement;
}

export class Transcript {
  readonly #section: HTMLElement;
  #spoken: Spoken[] = [];
  #lit: HTMLElement | null = null;

  /** @param section: the page's, which may hold some parts already. */
  constructor(section: HTMLElement) {
    this.#section = section;
    this.#read();
  }

  /** Add what is new. A part never changes once it is there; when it is spoken becomes known later. */
  update(status: PodcastStatus): void {
    const numbers = new Map(status.sources.map((source, index) => [source.source_id, index + 1]));
    for (const part of status.script?.parts ?? []) this.#write(part, numbers);
    this.#section.hidden = this.#section.querySelector("[data-part]") === null;
    this.#read();
  }

  /** Light the line that is spoken at `seconds`. */
  light(seconds: number, playing: boolean): void {
    const now = this.#spoken.find(({ start, end }) => start <= seconds && seconds < end);
    const line = playing || this.#lit ? (now?.line ?? null) : null;
    if (line === this.#lit) return;
    this.#lit?.removeAttribute("aria-current");
    line?.setAttribute("aria-current", "true");
    this.#lit = line;
  }

  #read(): void {
    const lines = this.#section.querySelectorAll<HTMLElement>("[data-start]");
    this.#spoken = Array.from(lines, (line) => ({
      line, start: Number(line.dataset["start"]), end: Number(line.dataset["end"]),
    }));
  }

  #write(part: Part, numbers: ReadonlyMap<string, number>): void {
    const name = String(part.position);
    let place = this.#section.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (place === null) {
      place = document.createElement("div");
      place.dataset["part"] = name;
      const heading = document.createElement("h3");
      heading.textContent = part.heading;
      place.append(heading, ...part.lines.map((line) => writeLine(line, numbers)));
      this.#section.append(place);
    }
    for (const line of part.lines) this.#time(line);
  }

  #time({ line_id, start_seconds, end_seconds }: Line): void {
    const line = document.getElementById(`line-${line_id}`);
    if (line === null || start_seconds === null || end_seconds === null) return;
    line.dataset["start"] = String(start_seconds);
    line.dataset["end"] = String(end_seconds);
  }
}

function writeLine(line: Line, numbers: ReadonlyMap<string, number>): HTMLElement {
  const written = document.createElement("p");
  written.id = `line-${line.line_id}`;
  written.className = line.speaker;
  const host = document.createElement("b");
  host.textContent = HOSTS[line.speaker] ?? line.speaker;
  written.append(host, ` ${line.text}`);
  for (const { source_id, quote } of line.citations) {
    const cited = document.createElement("a");
    cited.className = "cite";
    cited.href = `#source-${source_id}`;
    cited.title = quote ?? "";
    cited.textContent = `[${numbers.get(source_id) ?? "?"}]`;
    written.append(" ", cited);
  }
  return written;
}
