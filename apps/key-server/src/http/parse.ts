import { problemsOf, type BodyProblem, type ReadResult } from "@keywarden/management";
import * as z from "zod";
import { done, refuse, type Outcome } from "../refusal.ts";

export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): Outcome<z.infer<Schema>> {
  const parsed = schema.safeParse(value);
  return parsed.success ? done(parsed.data) : badRequest(problemsOf(parsed.error));
}

export function parsed<Value>(result: ReadResult<Value>): Outcome<Value> {
  return result.ok ? done(result.value) : badRequest(result.problems);
}

/** For requests that say everything in their path: no body, or an empty object. */
export const noBodySchema = z.strictObject({}).nullish();

function badRequest(problems: readonly BodyProblem[]) {
  const named = problems.map(({ path, message }) => ({
    path,
    // Without a path and not an object, it is the body: a query is always an object.
    message:
      path === "" && /(?:is missing:|expected) object/.test(message)
        ? "the body must be a JSON object"
        : message,
  }));
  const what = named.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return refuse("BAD_REQUEST", what.join("; ").slice(0, 1000), { problems: named });
}
