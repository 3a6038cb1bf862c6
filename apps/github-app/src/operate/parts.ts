import { sha256 } from "@keywarden/repository-scan";
import type { ExposureStorage } from "@keywarden/storage";
import type { GitHub } from "../github/github.ts";
import type { ProviderApis } from "../provider-apis.ts";
import type { Part } from "./readiness.ts";

// The digest of no key: each provider answers that it does not know it, and so shows that it answers at all.
export const fingerprintOfNobody = sha256("keywarden asks whether you answer");

/** Gives what the App needs to work: its storage, GitHub, and every provider that it is told of. */
export function partsOf(
  storage: Pick<ExposureStorage, "jobs">,
  { github, apis }: { readonly github: GitHub; readonly apis: ProviderApis },
): readonly Part[] {
  return [
    { name: "storage", check: () => storage.jobs.counts() },
    { name: "github", check: () => github.describeApp() },
    ...apis.names.map((name) => ({
      name: `provider ${name}`,
      check: () => apis.lookUp(name, fingerprintOfNobody),
    })),
  ];
}
