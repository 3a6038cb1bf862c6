import type { ManagedProvider } from "@keywarden/key-format";
import type { FactOf, ListedRotation } from "@keywarden/rotation";
import { commandOf } from "./carry-out.ts";
import type { Terminal } from "../terminal.ts";

/** Says which flag is missing to a rotation without a sink, as a command that shows the whole plan. */
export function sayWhereToDeliver(
  plan: FactOf<"planned">,
  rotations: readonly ListedRotation[],
  providers: readonly ManagedProvider[],
  { print, argv }: Pick<Terminal, "print" | "argv">,
): void {
  const last = lastSinks(plan, rotations);
  const how = last === null ? "for example" : "as at its last rotation";
  const sinks = last ?? [`env:.env#${variableOf(plan, providers)}`];
  const command = commandOf(argv, ...sinks.flatMap((sink) => ["--to", sink]));
  print(`Nothing was changed. Name where the new key goes, ${how}:\n  ${command}\n`);
}

/** Where the last rotation of this machine put the key; null if there was none in the same folder. */
function lastSinks(
  { key, server, directory }: FactOf<"planned">,
  rotations: readonly ListedRotation[],
): readonly string[] | null {
  const last = rotations.findLast(
    ({ state }) =>
      state?.status === "done" && state.plan.server === server && state.created?.keyId === key.id,
  )?.state?.plan;
  return last?.directory === directory ? last.sinks : null;
}

function variableOf({ key }: FactOf<"planned">, providers: readonly ManagedProvider[]): string {
  const variables = providers.find(({ id }) => id === key.provider)?.variables ?? [];
  return variables.find(({ holds }) => holds === "key")?.name ?? "API_KEY";
}
