/** A source, opened beside the words that rest on it: what it says, who says it, where it stands. */

import type { Line, PodcastStatus } from "../../episode/status";
import { build, button } from "./build";

type Source = PodcastStatus["sources"][number];
type Cited = Line["citations"][number];

/** A number that opens the source, and what it opens. */
export interface Citation {
  readonly mark: HTMLButtonElement;
  readonly card: HTMLElement;
}

/** @param name: unique in the page. @param number: as the source is numbered in this episode. */
export function writeCitation(name: string, number: number, cited: Cited, source: Source): Citation {
  const card = build("div", "citation", { id: name, role: "group", "aria-label": `Source ${number}` });
  card.hidden = true;
  if (cited.quote) card.append(build("blockquote", "citation-quote", {}, cited.quote));
  card.append(build("p", "citation-title", {}, source.title ?? source.url ?? "Untitled"));
  const from = [...new Set([publisherOf(source), source.author])].filter(Boolean).join(" · ");
  if (from) card.append(build("p", "citation-from", {}, from));
  if (isWebAddress(source.url)) card.append(wayOut(source.url));
  const mark = button(
    "citation-mark",
    { "aria-expanded": "false", "aria-controls": name, "aria-label": `Source ${number}` },
    String(number),
  );
  mark.addEventListener("click", () => open({ mark, card }, card.hidden === true));
  card.addEventListener("keydown", (event) => escape(event, { mark, card }));
  mark.addEventListener("keydown", (event) => escape(event, { mark, card }));
  return { mark, card };
}

function open({ mark, card }: Citation, opened: boolean): void {
  card.hidden = !opened;
  mark.setAttribute("aria-expanded", String(opened));
  if (opened) card.scrollIntoView({ block: "nearest" });
}

/** Escape closes the source first, and nothing that it stands in. */
function escape(event: KeyboardEvent, citation: Citation): void {
  if (event.key !== "Escape" || citation.card.hidden) return;
  event.stopPropagation();
  open(citation, false);
  citation.mark.focus();
}

function publisherOf({ url, kind }: Source): string {
  if (isWebAddress(url)) return new URL(url).hostname.replace(/^www\./, "");
  return kind === "library" ? "Aethercast library" : "";
}

/** Nothing that would run here. */
function isWebAddress(url: string | null): url is string {
  return url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function wayOut(url: string): HTMLAnchorElement {
  return build(
    "a", "citation-out",
    { href: url, target: "_blank", rel: "noopener noreferrer nofollow", referrerpolicy: "no-referrer" },
    "Read it there", build("span", "unseen", {}, " (opens a new tab)"),
  );
}
