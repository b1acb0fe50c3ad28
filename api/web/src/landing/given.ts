/** What the server sends with a page, so that nothing has to be asked before it is shown. */

import type { PodcastStatus } from "../episode/status";
import type { SessionAnswer, Ui } from "./answers";

export interface Given {
  readonly view: string;
  /** The answer of the call that the page is made from; `ui` is what it looks like. */
  readonly answer: { readonly ui?: Ui; readonly [name: string]: unknown } | null;
  readonly session: SessionAnswer | null;
  /** Of the page of an episode. */
  readonly episode?: PodcastStatus;
}

const BEGINNING = '<script type="application/json" id="page">';
const END = "</script>";

/** From this document. */
export function ownPage(): Given | null {
  const place = document.getElementById("page");
  return place ? parse(place.textContent) : null;
}

/** From another page's HTML, which is never parsed as such. In the JSON, each `<` is written `\u003c`. */
export function readPage(text: string): Given | null {
  const start = text.indexOf(BEGINNING);
  const end = text.indexOf(END, start);
  return start < 0 || end < 0 ? null : parse(text.slice(start + BEGINNING.length, end));
}

function parse(text: string): Given | null {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null && "view" in given ? (given as Given) : null;
  } catch {
    return null;
  }
}
