/** The catalogue's components, as this page takes them. `agents/duia/catalog.json` says the same to
 * those who write pages; a test compares the two. Nothing here needs a browser.
 */

import {
  AccessibilityAttributesSchema as Accessibility,
  ActionSchema as Action,
  ChildListSchema as Children,
  DataBindingSchema as Binding,
  DynamicNumberSchema as Numeric,
  DynamicStringSchema as Words,
  DynamicValueSchema as Value,
} from "@a2ui/web_core/v0_9";
import { z, type ZodRawShape } from "zod";

const Id = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

function component<Name extends string, Shape extends ZodRawShape>(name: Name, shape: Shape) {
  const tagName = `ae-${name.replace(/\B[A-Z]/g, "-$&").toLowerCase()}`;
  return { name, tagName, schema: z.object({ ...shape, accessibility: Accessibility.optional() }).strict() };
}

export const Page = component("Page", { title: Words, children: Children });

export const SectionHeading = component("SectionHeading", {
  text: Words,
  level: z.union([z.literal(2), z.literal(3)]).optional(),
  aside: Words.optional(),
});

export const CardGrid = component("CardGrid", {
  children: Children,
  label: Words,
  emptyText: Words.optional(),
  layout: z.enum(["lead", "even"]).optional(),
});

export const EpisodeCard = component("EpisodeCard", {
  snippetId: Id,
  topicId: Id,
  title: Words,
  sentences: Value,
  category: Words.optional(),
  categoryLabel: Words.optional(),
  cover: Words.optional(),
  ink: Words.optional(),
  minutes: Numeric.optional(),
  sourceNames: Words.optional(),
  spread: Numeric.optional(),
  listen: Action,
  explore: Action.optional(),
  state: Words.optional(),
  stateText: Words.optional(),
  progress: Numeric.optional(),
  emphasis: z.enum(["lead", "standard"]).optional(),
});

export const CategoryFilter = component("CategoryFilter", {
  label: Words.optional(),
  categories: Value,
  choose: Action,
});

export const SearchField = component("SearchField", { label: Words, value: Binding, search: Action });

export const Notice = component("Notice", {
  tone: z.enum(["info", "empty", "error", "offline", "loading"]),
  text: Words,
  action: Action.optional(),
  actionLabel: Words.optional(),
});

export const EpisodeRow = component("EpisodeRow", {
  podcastId: Id,
  title: Words,
  status: Words.optional(),
  state: Words.optional(),
  date: Words.optional(),
  minutes: Numeric.optional(),
  cover: Words.optional(),
  open: Action,
});

export const LoadMore = component("LoadMore", { label: Words, more: Action });

export const CardSkeleton = component("CardSkeleton", { count: z.number().int().min(1).max(12) });

export const Further = component("Further", {
  text: Words,
  words: Words,
  look: Action,
  lookState: Words.optional(),
  lookText: Words.optional(),
  make: Action,
  state: Words.optional(),
  stateText: Words.optional(),
  progress: Numeric.optional(),
});

export const COMPONENTS = [
  Page, SectionHeading, CardGrid, EpisodeCard, CategoryFilter, SearchField, Notice, EpisodeRow, LoadMore, CardSkeleton,
  Further,
] as const;
