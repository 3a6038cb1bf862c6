import { redact } from "@keywarden/key-format";
import { expectedOf } from "./reference-model.ts";
import type { Played } from "./played.ts";
import type { World } from "./world.ts";

/** Names every way in which what the App arrived at differs from the model; none when they agree. */
export function differencesOf(world: World, played: Played): readonly string[] {
  const { ids, secrets, host, revokeCalls, buried } = played;
  const expected = expectedOf(world);
  const differences: string[] = [];
  const compare = (what: string, was: unknown, wanted: unknown): void => {
    const [seen, meant] = [JSON.stringify(was), JSON.stringify(wanted)];
    if (seen !== meant) differences.push(`${what}: ${seen} instead of ${meant}`);
  };
  for (const [key, fate] of expected.fates.entries()) {
    compare(`key ${key}`, played.fates[key], fate);
    const most = fate === "revoked" ? 1 : 0;
    compare(`calls that revoke key ${key}`, revokeCalls[key], most);
  }
  const shown = secrets.map((secret) => redact(secret.reveal()));
  const runs = ids.map((id) => host.runs.filter(({ head_sha: head }) => head === id));
  for (const [commit, all] of runs.entries()) {
    const check = expected.checks.get(commit);
    const latest = all.at(-1);
    compare(`commit ${commit} has a check`, latest !== undefined, check !== undefined);
    if (check === undefined || latest === undefined) continue;
    compare(`commit ${commit} status`, latest.status, "completed");
    compare(`commit ${commit} conclusion`, latest.conclusion, check.conclusion);
    const keyOf = (text: string): number => shown.findIndex((one) => text.includes(one));
    const blocks = latest.summary.split("\n").filter((line) => line.startsWith("### "));
    const keys = blocks.filter((line) => !line.startsWith("### Commit")).map(keyOf);
    compare(`commit ${commit} keys`, sorted(keys), check.keys);
    const places = latest.annotations.map(({ path, title }) => `${path} ${keyOf(title)}`);
    compare(`commit ${commit} places`, places.toSorted(), check.places);
    const earlier = blocks.flatMap((line) => {
      const at = /^### Commit `([0-9a-f]+)`/u.exec(line)?.[1];
      return at === undefined ? [] : [ids.findIndex((id) => id.startsWith(at))];
    });
    compare(`commit ${commit} earlier commits`, sorted(earlier), check.earlier);
    for (const older of all.slice(0, -1)) compare(`an older check of ${commit}`, older.title, "Superseded");
    compare(`commit ${commit} names`, new Set(all.map((run) => run.external_id)).size, all.length);
  }
  compare(
    "dead letters",
    buried.map(({ kind, errorCode }) => `${kind} ${errorCode}`),
    [],
  );
  return differences;
}

const sorted = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b);
