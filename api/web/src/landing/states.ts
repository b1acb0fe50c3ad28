/** Pages for when there are no cards: composed here, shown by the same surface as every other page. */

import { CATALOG, type ComponentGiven, type Message, VERSION } from "./message";
import type { Trouble } from "./trouble";

const TITLE = "Stories to listen to";
const PLACES = 7;
const GONE = "This story is not told any more, or never was. There are others.";

/** Cards are being fetched: the same boxes, empty. */
export function loading(surface: string, title = TITLE): readonly Message[] {
  return page(surface, title, [{ id: "coming", component: "CardSkeleton", count: PLACES }]);
}

/** The very first cards are being made. */
export function coming(surface: string): readonly Message[] {
  return page(surface, TITLE, [
    notice("loading", "The first stories are being found. They appear here as they are made."),
    { id: "coming", component: "CardSkeleton", count: PLACES },
  ]);
}

/** There is nothing, and nothing is on its way. */
export function nothing(surface: string): readonly Message[] {
  return page(surface, TITLE, [
    notice("empty", "No stories could be found just now. Look again in a while.", "Look again"),
  ]);
}

/** They could not be had. */
export function failed(surface: string, { kind, message, problem }: Trouble, title = TITLE): readonly Message[] {
  if (kind === "signed-out") return page(surface, title, [notice("info", `${message} The sign-in link opens the page again.`)]);
  if (problem === "not-found") return page(surface, title, [notice("empty", GONE, "To the stories", "search")]);
  return page(surface, title, [notice(kind === "offline" ? "offline" : "error", message, "Try again")]);
}

function notice(tone: string, text: string, actionLabel = "", name = "retry"): ComponentGiven {
  const event = name === "retry" ? { name } : { name, context: { q: "" } };
  const action = actionLabel ? { action: { event }, actionLabel } : {};
  return { id: "notice", component: "Notice", tone, text, ...action };
}

function page(surfaceId: string, title: string, parts: readonly ComponentGiven[]): readonly Message[] {
  const root = { id: "root", component: "Page", title, children: parts.map(({ id }) => id) };
  return [
    { version: VERSION, createSurface: { surfaceId, catalogId: CATALOG } },
    { version: VERSION, updateComponents: { surfaceId, components: [root, ...parts] } },
  ];
}
