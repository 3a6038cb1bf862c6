import type { ExposureStorage } from "@keywarden/storage";
import type { GitHub } from "../github/github.ts";
import type { ProviderApis } from "../provider-apis.ts";
import type { Part } from "./readiness.ts";

/** Gives what the App needs to work: its storage, GitHub, and every provider that it is told of. */
export function partsOf(
  storage: Pick<ExposureStorage, "jobs">,
  { github, apis }: { readonly github: GitHub; readonly apis: ProviderApis },
): readonly Part[] {
  return [
    // It is the App's own, and no answer of another's rests on more.
    { name: "storage", check: () => storage.jobs.counts(), keptWhileWellMs: 1_000 },
    { name: "github", check: () => github.describeApp() },
    ...apis.names.map((name) => ({
      name: `provider ${name}`,
      check: () => apis.greet(name),
    })),
  ];
}
