import type { Judge } from "@keywarden/inventory";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Refusal } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import type { PageParts } from "./markup/page.ts";
import type { Exposures } from "./screens/look-for-exposures.ts";
import type { Form } from "./markup/read-form.ts";
import type { RotationService } from "../rotation-service/rotation-service.ts";
import type { Sessions } from "./session/sessions.ts";
import type { Visitor } from "./session/visitor.ts";

/** One request of somebody who is signed in. */
export interface ConsoleVisit extends Visitor {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly form: Form;
  readonly nowMs: number;
}

export type ConsoleScreen = (to: ConsoleVisit) => Promise<FastifyReply>;

/** What every screen is mounted with. */
export interface Console {
  readonly context: ServerContext;
  readonly judge: Judge;
  readonly sessions: Sessions;
  /** Carries out rotations; null where the server keeps no journals of them. */
  readonly rotationService: RotationService | null;
  /** Asks the GitHub App what it found. */
  readonly lookForExposures: () => Promise<Exposures>;
  /** Serves a page. */
  readonly show: (path: string, screen: ConsoleScreen) => void;
  /** Takes a form that changes something: from a page of this session, and only while it is unlocked. */
  readonly change: (path: string, screen: ConsoleScreen) => void;
  /** Sends a page with what every screen has around it. */
  readonly page: (to: ConsoleVisit, parts: PageParts) => FastifyReply;
  /** Says why something was not done; nothing was changed by it. */
  readonly problem: (to: ConsoleVisit, refusal: Refusal) => FastifyReply;
}

/** Gives one part of an address's query; named twice it is a list, and then none of them is meant. */
export function queryOf({ request }: ConsoleVisit, name: string): string {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" ? value : "";
}

/** Writes an address with a query; what is empty is left out. */
export function addressWith(path: string, query: Readonly<Record<string, string | null>>): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => (pair[1] ?? "") !== "");
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}
