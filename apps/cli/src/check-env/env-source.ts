import type { Deployment } from "@keywarden/hygiene";

/** One variable with its value, as it stands somewhere. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** `null` in the process environment. */
  readonly line: number | null;
  /** Which part of its source it belongs to, outermost first: a variable is also seen by the parts inside. */
  readonly scope: readonly string[];
  /** The service that the part is about, where the source names one. */
  readonly service: string | null;
  /** What the part is for, where it says so itself. */
  readonly deployment: Deployment | null;
}

/** Something that gives variables to programs. */
export interface EnvSource {
  readonly kind: "process" | "dotenv" | "yaml";
  /** How it was named; `null` for the process environment. */
  readonly file: string | null;
  /** What a file holds. */
  readonly text?: string;
  readonly assignments: readonly Assignment[];
}

/** A source whose purpose is known as far as it can be. */
export interface DeployedAssignment extends Assignment {
  readonly source: EnvSource;
  readonly deployment: Deployment | null;
  /** Why it is taken for that: a file name, a variable, a flag. */
  readonly because: string;
}

/** Whether one of two variables is seen where the other one is. */
export function isBeside(one: DeployedAssignment, other: DeployedAssignment): boolean {
  if (one.source !== other.source) return false;
  const [outer, inner] = one.scope.length <= other.scope.length ? [one, other] : [other, one];
  return outer.scope.every((part, index) => part === inner.scope[index]);
}
