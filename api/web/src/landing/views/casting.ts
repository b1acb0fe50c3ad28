/** Who speaks: a voice for each of the two hosts, never the same for both. */

import { build } from "../dock/build";

type Host = "host_a" | "host_b";
type Voices = Readonly<Record<Host, string>>;

/** As the server tells it (`api/pages/casting.py`). */
export interface Casting {
  readonly hosts: readonly {
    readonly host: Host;
    readonly label: string;
    /** None: nobody can say which voices there are. */
    readonly choices: readonly { readonly name: string; readonly label: string }[];
  }[];
  readonly chosen: Voices;
  /** As the show casts them. */
  readonly usual: Voices;
  /** Of a voice that has gone, or of all that cannot be listed. */
  readonly note: string;
}

/** @param keep: is given what was chosen; null: as the show casts them. */
export function castingOf(casting: Casting, keep: (voices: Voices | null) => void): readonly HTMLElement[] {
  const { hosts, usual } = casting;
  const note = build("p", "preferences-note", {}, casting.note);
  const selects = new Map<Host, HTMLSelectElement>();
  let chosen = casting.chosen;
  const choose = (host: Host, name: string): void => {
    const [other, before] = [host === "host_a" ? "host_b" : "host_a", chosen[host]] as const;
    const swapped = name === chosen[other];
    chosen = { ...chosen, [host]: name, ...(swapped && { [other]: before }) };
    const place = selects.get(other);
    if (swapped && place) place.value = before;
    note.textContent = swapped ? "The two hosts have changed voices: they never speak with the same one." : "";
    keep(chosen.host_a === usual.host_a && chosen.host_b === usual.host_b ? null : chosen);
  };
  const rows = hosts.filter(({ choices }) => choices.length).map(({ host, label, choices }) => {
    const id = `voice-${host}`;
    const options = choices.map(({ name, label: words }) => build("option", "", { value: name }, words));
    const select = build("select", "preferences-select", { id }, ...options);
    select.value = chosen[host];
    select.addEventListener("change", () => choose(host, select.value));
    selects.set(host, select);
    return build("p", "preference", {}, build("label", "", { for: id }, label), select);
  });
  return [...rows, note];
}
