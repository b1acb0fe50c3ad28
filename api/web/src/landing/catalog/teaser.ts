/** A teaser: its sentences as they stand in their sources, each with a mark that leads there. */

import { html, nothing } from "lit";
import { safeLink } from "./links";

interface Sentence {
  readonly text: string;
  readonly source: string;
  readonly url: string;
  readonly quote: string;
}

/** @param sentences: what the data holds, a list of `{text, source, url, quote}`.
 *  @param title: the card's, for the marks' names.
 *  @param topic: where sources without an address of their own are told.
 */
export function teaserOf(sentences: unknown, title: string, topic: string) {
  const list = Array.isArray(sentences) ? (sentences as readonly Sentence[]) : [];
  const sources = [...new Set(list.map(nameOf))];
  return list.map((sentence, index) => {
    const next = list[index + 1];
    const last = next === undefined || nameOf(next) !== nameOf(sentence);
    const number = sources.indexOf(nameOf(sentence)) + 1;
    return html`${sentence.text}${last ? markOf(sentence, number, title, topic) : nothing} `;
  });
}

function nameOf({ source, url }: Sentence): string {
  return `${source} ${url}`;
}

function markOf({ source, url, quote }: Sentence, number: number, title: string, topic: string) {
  const outside = safeLink(url);
  const name = html`${number}<span class="unseen">: ${source}, a source of ${title}</span>`;
  if (outside === null) return html`<a class="mark" href=${topic} title=${quote || source}>${name}</a>`;
  return html`<a class="mark" href=${outside} title=${quote || source} rel="noopener noreferrer" target="_blank"
    referrerpolicy="no-referrer">${name}</a>`;
}
