/** One key for each thing that is asked for, and visit: pressing twice, or after a reload, joins what was begun. */

import { Trouble } from "../trouble";

const PREFIX = "aethercast.listen.";
const kept = new Map<string, string>();

/** Ask under the key of a name. A key whose first use is too old, or was for something else, is none any more. */
export async function underKey<T>(name: string, ask: (key: string) => Promise<T>): Promise<T> {
  try {
    return await ask(keyOf(name));
  } catch (reason) {
    if (Trouble.of(reason).problem !== "idempotency-key-reused") throw reason;
    dropKey(name);
    return ask(keyOf(name));
  }
}

function keyOf(name: string): string {
  const known = read(name) ?? kept.get(name);
  if (known) return known;
  const made = crypto.randomUUID();
  kept.set(name, made);
  try {
    sessionStorage.setItem(PREFIX + name, made);
  } catch {
    // A browser that keeps nothing: it is kept until the page goes.
  }
  return made;
}

/** What was begun came to nothing: the next press begins anew. */
export function dropKey(name: string): void {
  kept.delete(name);
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch {
    // It was never kept.
  }
}

function read(name: string): string | null {
  try {
    return sessionStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}
