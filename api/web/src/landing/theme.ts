/** Light or dark: as the system has it, or as was chosen here. The choice is a cookie, so that the
 * server can write it into the page and nothing flashes; and the session's, for another browser.
 */

const YEAR = 31_536_000;
const NEXT = { light: "dark", dark: "light" } as const;
export type Theme = keyof typeof NEXT;

/** Put the switch into the page's head. */
export function offerThemes(head: Element | null, keep: (theme: Theme) => void): void {
  if (!head) return;
  const chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1];
  if (chosen) document.documentElement.dataset["theme"] = chosen;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "theme";
  const name = () => button.setAttribute("aria-label", `Switch to ${NEXT[current()]} colours`);
  button.addEventListener("click", () => {
    const theme = NEXT[current()];
    document.documentElement.dataset["theme"] = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
    keep(theme);
    name();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
  head.append(button);
}

function current(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
