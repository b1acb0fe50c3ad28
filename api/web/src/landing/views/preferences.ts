/** What one wants to see and how one wants to hear it. Each change is kept at once. */

import type { Announcer } from "../announcer";
import type { Api } from "../api";
import type { Category } from "../answers";
import { type Casting, castingOf } from "./casting";
import type { Given } from "../given";
import { build } from "../dock/build";
import type { Place } from "../router";
import type { Session, Wish } from "../session";
import { failed, loading } from "../states";
import type { Surface } from "../surface";
import { Trouble } from "../trouble";
import type { View, Wanted } from "./pages";

/** What the page is made of. */
interface Answer {
  readonly categories: readonly Category[];
  readonly voices: Casting;
}

const ID = "preferences";
const WISHES: readonly (readonly [Wish, string])[] = [["liked", "More"], ["neither", "As it comes"], ["muted", "Never"]];
const LENGTHS = [1, 2, 3, 5, 8, 10, 15, 20, 30];
const USUAL_LENGTH = 5;
const STYLES = [["deep_dive", "Takes its time"], ["brief", "The main points"]] as const;

export class Preferences implements View {
  readonly #api: Api;
  readonly #surface: Surface;
  readonly #session: Session;
  readonly #announcer: Announcer;
  readonly #said = build("p", "preferences-said");

  constructor(api: Api, surface: Surface, session: Session, announcer: Announcer) {
    this.#api = api;
    this.#surface = surface;
    this.#session = session;
    this.#announcer = announcer;
  }

  async show({ address }: Place, given: Given | null, wanted: Wanted): Promise<void> {
    document.title = "Preferences · Aethercast";
    this.#said.textContent = "";
    try {
      if (this.#surface.id !== null) this.#surface.show(loading(ID, "Preferences"));
      const [{ answer }] = await Promise.all([given ?? this.#api.page(address), this.#session.learn()]);
      if (wanted()) this.#surface.lend(this.#page(answer as unknown as Answer));
    } catch (reason) {
      if (wanted()) this.#surface.show(failed(ID, Trouble.of(reason), "Preferences"));
    }
  }

  #page({ categories, voices }: Answer): HTMLElement {
    const page = build("div", "page preferences");
    page.append(
      build("h1", "page-title", { tabindex: "-1" }, "Preferences"),
      this.#said,
      section("What you see", "Stories of a kind you like come first. What you never want to see is never shown.",
        build("div", "wish-list", {}, ...categories.map((each) => this.#category(each)))),
      section("What you hear", "For episodes that are made from now on. The host knows the story, the co-host asks.", this.#lengths(), this.#styles(), ...this.#voices(voices)),
      build("form", "", { method: "post", action: "/logout" },
        build("button", "quiet-button", {}, "Sign out of this browser")),
    );
    return page;
  }

  #category({ category, label, liked, muted }: Category): HTMLElement {
    const chosen: Wish = liked ? "liked" : muted ? "muted" : "neither";
    const choices = WISHES.map(([wish, words]) =>
      choice(`wish-${category}`, wish, words, wish === chosen, () => this.#keep(() => this.#session.wish(category, wish))));
    return build("fieldset", "wish", {}, build("legend", "", {}, label), build("div", "choices", {}, ...choices));
  }

  #lengths(): HTMLElement {
    const select = build("select", "preferences-select", { id: "preferred-length" });
    const wanted = this.#session.preferences["length_minutes"] ?? USUAL_LENGTH;
    const lengths = LENGTHS.includes(Number(wanted)) ? LENGTHS : [...LENGTHS, Number(wanted)].sort((a, b) => a - b);
    for (const minutes of lengths) {
      const option = build("option", "", { value: String(minutes) }, minutes === 1 ? "1 minute" : `${minutes} minutes`);
      option.selected = minutes === wanted;
      select.append(option);
    }
    select.addEventListener("change", () =>
      void this.#keep(() => this.#session.prefer({ length_minutes: Number(select.value) })));
    return build("p", "preference", {}, build("label", "", { for: "preferred-length" }, "Length"), select);
  }

  #styles(): HTMLElement {
    const wanted = this.#session.preferences["format"] ?? "deep_dive";
    const choices = STYLES.map(([format, words]) =>
      choice("style", format, words, format === wanted, () => this.#keep(() => this.#session.prefer({ format }))));
    return build("fieldset", "wish", {}, build("legend", "", {}, "Manner"), build("div", "choices", {}, ...choices));
  }

  #voices(casting: Casting): readonly HTMLElement[] {
    return castingOf(casting, (voices) => void this.#keep(() => this.#session.prefer({ voices })));
  }

  async #keep(change: () => Promise<void>): Promise<void> {
    let words = "Kept.";
    try {
      await change();
    } catch (reason) {
      words = Trouble.of(reason).message;
    }
    this.#said.textContent = words;
    this.#announcer.say(words);
  }
}

function section(heading: string, words: string, ...children: HTMLElement[]): HTMLElement {
  const id = `preferences-${heading.replaceAll(" ", "-").toLowerCase()}`;
  return build(
    "section", "preferences-section", { "aria-labelledby": id },
    build("h2", "", { id }, heading), build("p", "preferences-words", {}, words), ...children,
  );
}

/** One of several, of which one is chosen. */
function choice(group: string, value: string, words: string, chosen: boolean, choose: () => unknown): HTMLElement {
  const input = build("input", "", { type: "radio", name: group, value });
  input.checked = chosen;
  input.addEventListener("change", () => void choose());
  return build("label", "choice", {}, input, build("span", "", {}, words));
}
