/** One key for each story and visit: pressing twice, or after a reload, joins what was begun. */

const PREFIX = "aethercast.listen.";
const kept = new Map<string, string>();

export function keyOf(topicId: string): string {
  const known = read(topicId) ?? kept.get(topicId);
  if (known) return known;
  const made = crypto.randomUUID();
  kept.set(topicId, made);
  try {
    sessionStorage.setItem(PREFIX + topicId, made);
  } catch {
    // A browser that keeps nothing: it is kept until the page goes.
  }
  return made;
}

/** What was begun came to nothing: the next press begins anew. */
export function dropKey(topicId: string): void {
  kept.delete(topicId);
  try {
    sessionStorage.removeItem(PREFIX + topicId);
  } catch {
    // It was never kept.
  }
}

function read(topicId: string): string | null {
  try {
    return sessionStorage.getItem(PREFIX + topicId);
  } catch {
    return null;
  }
}
