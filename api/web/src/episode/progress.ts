/** How far an episode is, in a sentence. */

import type { Agent, PodcastStatus } from "./status";

export function sentenceOf(status: PodcastStatus, secondsLeft: number | null): string {
  if (status.status === "FAILED" || status.status === "CANCELLED") {
    return status.error ?? (status.status === "FAILED" ? "It could not be made." : "It was cancelled.");
  }
  if (status.status !== "GENERATING") return "Finished";
  const doing = stepsOf(status.agents).join(", ") || "Waiting for its turn";
  return secondsLeft ? `${doing}. About ${waitOf(secondsLeft)} left.` : `${doing}.`;
}

function stepsOf(agents: readonly Agent[]): string[] {
  const doing: string[] = [];
  for (const { task, status, progress } of agents) {
    if (status !== "in_progress") continue;
    if (task === "harvest") doing.push("reading the sources");
    else if (task === "weave_script") doing.push(`writing${partsOf(progress)}`);
    else if (task === "forge_voice") doing.push(`speaking${secondsOf(progress)}`);
    else if (task === "generate_cover") doing.push("painting the cover");
    else if (task === "publish") doing.push("finishing");
  }
  const [first, ...others] = doing;
  return first ? [first.charAt(0).toUpperCase() + first.slice(1), ...others] : [];
}

function partsOf(progress: Agent["progress"]): string {
  if (!progress) return "";
  const all = progress.total === null ? "" : ` of about ${Math.round(progress.total)}`;
  return ` (${Math.floor(progress.done)}${all} parts)`;
}

function secondsOf(progress: Agent["progress"]): string {
  return progress?.unit === "seconds" ? ` (${Math.floor(progress.done)} s)` : "";
}

function waitOf(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
