/** How far an episode is, as its card and the dock show it. */

import type { Agent, Part, PodcastStatus } from "../episode/status";

/** What a card says of the episode it leads to. */
export interface Mark {
  readonly state: "idle" | "making" | "ready" | "failed";
  readonly stateText: string;
  /** 0 to 1. */
  readonly progress: number;
  /** How long it is, once it is there. */
  readonly minutes?: number;
}

export const ASKED: Mark = { state: "making", stateText: "Asking for it…", progress: 0.02 };
const NOT_MADE = "It could not be made.";
/** Shares of the whole: what a listener waits for most comes first. */
const READ = 0.1;
const WRITTEN = 0.4;
const SPOKEN = 0.5;

export function markOf(status: PodcastStatus): Mark {
  switch (status.status) {
    case "GENERATING":
      return { state: "making", stateText: sentenceOf(status), progress: progressOf(status) };
    case "FAILED":
      return { state: "failed", stateText: status.error ?? NOT_MADE, progress: 0 };
    case "CANCELLED":
      return { state: "idle", stateText: "", progress: 0 };
    default:
      return { state: "ready", stateText: "Ready to hear again", progress: 1, ...lengthOf(status) };
  }
}

/** In whole minutes, as the server rounds them. */
function lengthOf({ duration_seconds }: PodcastStatus): Pick<Mark, "minutes"> {
  return duration_seconds ? { minutes: Math.max(1, Math.round(duration_seconds / 60)) } : {};
}

function sentenceOf({ agents, script }: PodcastStatus): string {
  const parts = script?.parts ?? [];
  const told = parts.length && script?.total ? ` ${parts.length} of ${script.total}` : "";
  if (spokenOf(parts) > 0) return parts.length === script?.total ? "Speaking…" : `Writing${told}…`;
  if (isAtWork(agents, "forge_voice") && parts.length) return "First words…";
  if (isAtWork(agents, "weave_script") || parts.length) return `Writing${told}…`;
  return isAtWork(agents, "harvest") ? "Reading…" : "Getting ready…";
}

function progressOf({ agents, script }: PodcastStatus): number {
  const harvest = agents.find(({ task }) => task === "harvest");
  const read = harvest?.status === "completed" ? 1 : harvest ? 0.5 : 0;
  const written = script?.total ? script.parts.length / script.total : 0;
  const spoken = script?.estimated_seconds ? spokenOf(script.parts) / script.estimated_seconds : 0;
  return READ * read + WRITTEN * Math.min(1, written) + SPOKEN * Math.min(1, spoken) || ASKED.progress;
}

/** Seconds that can be heard by now. */
function spokenOf(parts: readonly Part[]): number {
  return Math.max(0, ...parts.flatMap(({ lines }) => lines.map(({ end_seconds }) => end_seconds ?? 0)));
}

function isAtWork(agents: readonly Agent[], task: string): boolean {
  return agents.some((agent) => agent.task === task && agent.status === "in_progress");
}
