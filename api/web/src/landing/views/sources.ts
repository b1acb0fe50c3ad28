/** Where a story is told: each source, and its words that the card rests on. */

import { safeLink } from "../catalog/links";
import { build } from "../dock/build";

interface Source {
  readonly source_id: string;
  readonly title: string;
  readonly url: string | null;
  readonly publisher: string;
  readonly author: string | null;
  readonly published_at: string | null;
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** A story with its sources, as the page of a topic is made from it. */
export interface Told {
  readonly title: string;
  readonly sources: readonly Source[];
  readonly sentences: readonly {
    readonly citations: readonly { readonly source_id: string; readonly quote: string }[];
  }[];
}

export function sourcesOf({ sources, sentences }: Told): readonly HTMLElement[] {
  const cited = sentences.flatMap(({ citations }) => citations);
  const list = sources.map((source) => {
    const quotes = cited.filter(({ source_id }) => source_id === source.source_id).map(({ quote }) => quote);
    return write(source, [...new Set(quotes)]);
  });
  const heading = build("h2", "", { id: "sources-heading" }, "Where it is told");
  return [build("div", "section-heading", {}, heading), build("ol", "sources", {}, ...list)];
}

function write({ title, url, publisher, author, published_at: day }: Source, quotes: readonly string[]): HTMLElement {
  const address = safeLink(url);
  const out = { rel: "noopener noreferrer nofollow", referrerpolicy: "no-referrer", target: "_blank" };
  const name = address ? build("a", "", { href: address, ...out }, title) : title;
  const when = day ? [", ", build("time", "", { datetime: day }, DAY.format(new Date(day)))] : [];
  const from = build("p", "", { dir: "auto" }, name, ", ", build("cite", "", {}, publisher), author ? `, ${author}` : "", ...when);
  return build("li", "", {}, from, ...quotes.map((quote) => build("blockquote", "", { dir: "auto" }, quote)));
}
