/** Why something could not be had, in words for people. */

export type Kind = "offline" | "signed-out" | "refused" | "broken";

/** A facade's problem (RFC 9457). */
interface Problem {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
}

const OFFLINE = "There is no connection to Aethercast. It goes on as soon as there is.";
const SIGNED_OUT = "You are no longer signed in.";
const BROKEN = "Something went wrong on our side. Trying again often helps.";

export class Trouble extends Error {
  readonly kind: Kind;
  readonly status: number;
  /** The last word of the problem's type: `quota-exceeded`, `not-found` … */
  readonly problem: string;
  /** Seconds after which asking again makes sense, where the server said so. */
  readonly wait: number | null;

  constructor(kind: Kind, words: string, status = 0, problem = "", wait: number | null = null) {
    super(words);
    this.kind = kind;
    this.status = status;
    this.problem = problem;
    this.wait = wait;
  }

  /** No answer came at all. */
  static ofTheLine(reason: unknown): Trouble {
    const late = reason instanceof DOMException && reason.name === "TimeoutError";
    return new Trouble(late ? "broken" : "offline", late ? "Aethercast takes too long to answer." : OFFLINE);
  }

  static signedOut(): Trouble {
    return new Trouble("signed-out", SIGNED_OUT, 401);
  }

  /** The words for whatever was thrown. */
  static of(reason: unknown): Trouble {
    return reason instanceof Trouble ? reason : new Trouble("broken", BROKEN);
  }
}

/** What an answer that is no success says. */
export async function troubleOf(answer: Response): Promise<Trouble> {
  const problem = await problemOf(answer);
  const name = typeof problem.type === "string" ? (problem.type.split(/[/#]/).pop() ?? "") : "";
  const wait = Number(answer.headers.get("Retry-After") ?? Number.NaN);
  const kind = answer.status === 401 ? "signed-out" : answer.status < 500 ? "refused" : "broken";
  return new Trouble(kind, wordsOf(kind, problem), answer.status, name, Number.isFinite(wait) ? wait : null);
}

function wordsOf(kind: Kind, { title, detail }: Problem): string {
  if (kind === "signed-out") return SIGNED_OUT;
  const said = [detail, title].find((words) => typeof words === "string" && words !== "");
  return typeof said === "string" ? said : BROKEN;
}

async function problemOf(answer: Response): Promise<Problem> {
  try {
    const said: unknown = await answer.json();
    return typeof said === "object" && said !== null ? said : {};
  } catch {
    return {};
  }
}
