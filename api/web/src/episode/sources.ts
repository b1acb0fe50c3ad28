/** The list of sources: what is read while one listens is added, so that citations lead somewhere. */

import type { PodcastStatus } from "./status";

export function addSources(section: HTMLElement, { sources }: PodcastStatus): void {
  const list = section.querySelector("ol");
  if (list === null) return;
  for (const { source_id, title, url, author } of sources) {
    if (document.getElementById(`source-${source_id}`)) continue;
    const item = document.createElement("li");
    item.id = `source-${source_id}`;
    const name = title ?? url ?? "Untitled";
    item.append(isWebAddress(url) ? link(name, url) : name, author ? `, ${author}` : "");
    list.append(item);
  }
  section.hidden = list.children.length === 0;
}

/** Nothing that would run here. */
function isWebAddress(url: string | null): url is string {
  return url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function link(name: string, url: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = url;
  made.rel = "noopener noreferrer nofollow";
  made.textContent = name;
  return made;
}
