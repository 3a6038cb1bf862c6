import type { Environment, KeyKind } from "@keywarden/key-format";
import { checkShape, isDocumentObject } from "./check-shape.ts";
import { appConfigShape } from "./config-shape.ts";
import type { AppDocument } from "./config-shape.ts";
import { parseDocument, problemsError } from "./config-document.ts";
import { configFile } from "./default-config.ts";

/** What a repository asks the GitHub App for about such keys, whatever less the App's operator has set. */
export interface LeastActionRule {
  readonly kind: Exclude<KeyKind, "publishable">;
  readonly environment: Environment;
  readonly action: "report" | "ask";
}

const kinds = ["secret", "restricted"] as const;
const environments = ["production", "sandbox", "development"] as const;

/**
 * Reads from the text of a keywarden.json what it asks of the GitHub App: at most one action for each kind and
 * environment, however the rules overlap. What the rest of the file says plays no part, so its faults do none either.
 *
 * @throws ConfigError CONFIG_INVALID when it is not JSON, or its `app` is not understood
 */
export function readLeastActions(source: string): readonly LeastActionRule[] {
  const document = parseDocument(source, configFile);
  const { value } = document;
  const app: unknown = isDocumentObject(value) ? value["app"] : value;
  if (app === undefined) return [];
  const problems = checkShape(appConfigShape, app, "app");
  if (problems.length > 0) throw problemsError(document, problems, configFile);
  const rules = (app as AppDocument).atLeast ?? [];
  return kinds.flatMap((kind) =>
    environments.flatMap((environment): readonly LeastActionRule[] => {
      const fitting = rules.filter(
        (rule) => (rule.kind?.includes(kind) ?? true) && (rule.environment?.includes(environment) ?? true),
      );
      if (fitting.length === 0) return [];
      const action = fitting.some((rule) => rule.action === "ask") ? "ask" : "report";
      return [{ kind, environment, action }];
    }),
  );
}

/** Gives what holds while nobody can read what a repository asks for: nothing is ignored. */
export function leastOfUnreadable(): readonly LeastActionRule[] {
  return kinds.flatMap((kind) =>
    environments.map((environment) => ({ kind, environment, action: "report" as const })),
  );
}
