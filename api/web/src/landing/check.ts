/** What messages must be before they are shown. The processor of `@a2ui/web_core` takes unknown
 * components, wrong versions and dangling children without a word; this does not.
 */

import { formatZodIssue } from "@a2ui/web_core/v0_9";
import { COMPONENTS } from "./catalog/schemas";
import { CATALOG, Refused, VERSION, type ComponentGiven, type Message } from "./message";

const KINDS = ["createSurface", "updateComponents", "updateDataModel"] as const;
const SCHEMAS = new Map<string, (typeof COMPONENTS)[number]["schema"]>(COMPONENTS.map(({ name, schema }) => [name, schema]));

/** @param messages: what came.
 *  @param standing: ids of components that are there already.
 *  @throws Refused: what of it will not be shown.
 */
export function check(messages: readonly Message[], standing: ReadonlySet<string>): void {
  const given = messages.flatMap((message) => checkMessage(message));
  const known = new Set([...standing, ...given.map(({ id }) => id)]);
  for (const component of given) {
    for (const id of childrenOf(component)) {
      if (!known.has(id)) throw new Refused(`${component.id} names ${id}, which is not there.`);
    }
  }
}

function checkMessage(message: Message): readonly ComponentGiven[] {
  if (message.version !== VERSION) throw new Refused(`Version ${message.version} of the protocol.`);
  const kinds = Object.keys(message).filter((key) => key !== "version");
  if (kinds.length !== 1 || !(KINDS as readonly string[]).includes(kinds[0] ?? "")) {
    throw new Refused(`A message of ${kinds.join(", ") || "nothing"}.`);
  }
  const catalog = message.createSurface?.catalogId ?? CATALOG;
  if (catalog !== CATALOG) throw new Refused(`The catalogue ${catalog}.`);
  const components = message.updateComponents?.components ?? [];
  components.forEach(checkComponent);
  return components;
}

function checkComponent({ id, component, ...properties }: ComponentGiven): void {
  const schema = SCHEMAS.get(component);
  if (!schema) throw new Refused(`${id} is a ${component}.`);
  const read = schema.safeParse(properties);
  if (!read.success) throw new Refused(`${id}: ${read.error.issues.map(formatZodIssue).join("; ")}`);
  if (calls(properties)) throw new Refused(`${id} calls a function.`);
}

/** Our catalogue has no functions: whatever would run here is refused. */
function calls(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("call" in value || "functionCall" in value) return true;
  return Object.values(value).some(calls);
}

/** The components a component holds. */
export function childrenOf(component: Readonly<Record<string, unknown>>): readonly string[] {
  const { children } = component;
  if (Array.isArray(children)) return children as string[];
  if (typeof children !== "object" || children === null) return [];
  return [(children as { componentId: string }).componentId];
}
