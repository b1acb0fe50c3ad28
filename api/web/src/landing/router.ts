/** Where one is on the site. Pages come and go without the document: what is heard goes on.
 *
 * An address with `/listen/` that was reached from a page stands over that page: going back puts
 * the transcript away, and the page below has not moved.
 */

export interface Place {
  /** Path and query. */
  readonly address: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** One comes back to it: as much of it is wanted as there was. */
  readonly back?: boolean;
}

/** What is known of an entry of the history. */
interface Entry {
  /** The page below a transcript. */
  readonly under?: string;
}

export interface Site {
  /** Show a page; rejects where it cannot be had. */
  show(place: Place): Promise<void>;
  /** A transcript stands over the page, or none does. */
  cover(podcastId: string | null): void;
}

const PAGES = /^\/(?:$|find$|library$|preferences$|topics\/[0-9a-f-]{36}$|listen\/[0-9a-f-]{36}$)/;
const LISTEN = /^\/listen\/([0-9a-f-]{36})$/;

export class Router {
  readonly #site: Site;
  readonly #scrolled = new Map<string, number>();
  /** The page that is shown, whatever stands over it. */
  #shown = addressOf(location);
  /** Counts pages: who waited for one looks whether another is wanted by now. */
  #turn = 0;

  constructor(site: Site) {
    this.#site = site;
    history.scrollRestoration = "manual";
    addEventListener("popstate", () => void this.#arrive());
    document.addEventListener("click", (event) => this.#click(event));
  }

  /** Go to a page of ours; another one is the browser's. */
  async go(address: string): Promise<void> {
    if (!PAGES.test(new URL(address, location.href).pathname)) return location.assign(address);
    this.#leave();
    history.pushState({}, "", address);
    if (!(await this.#show(addressOf(location), null))) return;
    document.querySelector<HTMLElement>("#surface h1")?.focus({ preventScroll: true });
  }

  /** A page's address became another one, and what it shows with it. */
  rename(address: string): void {
    this.#leave();
    this.#turn += 1;
    history.pushState({}, "", address);
    this.#shown = addressOf(location);
  }

  /** A page is the same and its address says more of it; going back does not lead to the one before. */
  note(address: string): void {
    if (entry().under !== undefined) return; // the transcript's own address stands there
    history.replaceState(history.state, "", address);
    this.#shown = addressOf(location);
  }

  /** Put a transcript over the page, or take it away. */
  read(podcastId: string | null): void {
    const { under } = entry();
    if (podcastId === null) {
      if (under !== undefined) history.back();
    } else if (under !== undefined) {
      history.replaceState({ under }, "", `/listen/${podcastId}`);
    } else if (location.pathname !== `/listen/${podcastId}`) {
      history.pushState({ under: this.#shown }, "", `/listen/${podcastId}`);
    }
  }

  async #arrive(): Promise<void> {
    const { under } = entry();
    const podcastId = under === undefined ? null : (LISTEN.exec(location.pathname)?.[1] ?? null);
    const page = under ?? addressOf(location);
    if (page !== this.#shown) {
      this.#leave();
      if (!(await this.#show(page, this.#scrolled.get(page) ?? 0))) return;
    }
    this.#site.cover(podcastId);
  }

  #leave(): void {
    this.#scrolled.set(this.#shown, scrollY);
  }

  /** @param scroll: how far down it was left; null: it is entered anew.
   *  @returns whether it is shown, and no other one is wanted by now.
   */
  async #show(address: string, scroll: number | null): Promise<boolean> {
    const url = new URL(address, location.href);
    const turn = ++this.#turn;
    this.#shown = address;
    try {
      await this.#site.show({ address, path: url.pathname, query: url.searchParams, back: scroll !== null });
    } catch {
      if (turn === this.#turn) location.assign(address); // the server can tell what this page cannot
      return false;
    }
    if (turn !== this.#turn) return false;
    scrollTo(0, scroll ?? 0);
    return true;
  }

  /** A plain click on a link to one of our pages; all others are the browser's. */
  #click(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (!link || event.defaultPrevented || event.button !== 0 || modified) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    const within = link.hash !== "" && addressOf(link) === addressOf(location);
    if (!within && (!PAGES.test(link.pathname) || link.hash)) return;
    event.preventDefault();
    if (within) return goTo(link.hash);
    void this.go(link.href);
  }
}

function entry(): Entry {
  return (history.state as Entry | null) ?? {};
}

function addressOf({ pathname, search }: Location | HTMLAnchorElement): string {
  return pathname + search;
}

/** To another place of the same page, which is no other entry of the history: a transcript stays over it. */
function goTo(hash: string): void {
  const place = document.getElementById(hash.slice(1));
  if (place && !place.hasAttribute("tabindex")) place.tabIndex = -1;
  place?.focus({ preventScroll: true });
  place?.scrollIntoView();
}
