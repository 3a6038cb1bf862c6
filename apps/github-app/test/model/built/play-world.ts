import { setTimeout as wait } from "node:timers/promises";
import { aforo } from "@keywarden/key-format";
import type { Secret } from "@keywarden/key-format";
import { makeKey } from "@keywarden/testing";
import type { EmulatedCheckRun, EmulatedRepository, TestRepository } from "@keywarden/testing";
import type { Rig } from "../../rig/rig.ts";
import type { FakeCheckRun } from "../fake-host.ts";
import type { Change, World } from "../world.ts";
import { commitsOf } from "../commits-of.ts";
import { writeCommits } from "../write-commits.ts";
import { betweenStepsMs } from "./as-built.ts";

/** A world that is played at the emulator, in a repository and account of its own. */
export interface PlayedThere {
  readonly world: World;
  readonly number: number;
  readonly secrets: readonly Secret[];
  readonly ids: readonly string[];
  /** Its checks so far. */
  readonly runs: () => readonly FakeCheckRun[];
  /** How often each key was revoked so far. */
  readonly revokeCalls: () => readonly number[];
}

/** Makes a world's repository, moves its refs one after another with git, and has deliveries lost, held and repeated. */
export async function playWorld(
  rig: Rig,
  origin: TestRepository,
  world: World,
  number: number,
): Promise<PlayedThere> {
  const { emulator, provider } = rig;
  const secrets: Secret[] = [];
  const keyIds: string[] = [];
  for (const [index, { environment, state }] of world.keys.entries()) {
    const seed = number * 16 + index + 1;
    const wanted = { kind: "secret", environment } as const;
    if (state === "unknown") secrets.push(makeKey(aforo, wanted, seed));
    else secrets.push(provider.issue(wanted, state, seed));
    const last = secrets.at(-1);
    keyIds.push(last === undefined ? "" : (provider.idOf(last) ?? ""));
  }
  const ids = writeCommits(origin.path, commitsOf(world, secrets, 1_700_000_000 + number * 100));
  const owner = `world-${number}`;
  const isMade = world.isMade === true;
  if (isMade) {
    await emulator.install(owner);
    const how = (["fail", "duplicate", "hold"] as const)[number % 4];
    if (how !== undefined) emulator.disturbDeliveries({ how, event: "repository" });
  }
  let repository: EmulatedRepository = await emulator.createRepository({
    owner,
    name: "shop",
    installed: isMade,
    announced: isMade,
  });
  const push = (to: string, ref: string): Promise<unknown> =>
    origin.git("push", "--quiet", "--force", repository.pushUrlFor("dev"), `${to}:${ref}`);
  // Of more than three tags at once nobody is told.
  const pushSilently = (to: string, ref: string): Promise<unknown> => {
    const names = ["", "-a", "-b", "-c"].map((end) => `${to}:${ref}${end}`);
    return origin.git("push", "--quiet", repository.pushUrlFor("dev"), ...names);
  };
  // The branch that comes first is the default one, which nobody can delete.
  const [empty = ""] = writeCommits(origin.path, [
    { parents: [], files: new Map(), message: "empty", atSeconds: 1_600_000_000 },
  ]);
  await push(empty, "refs/heads/default");
  // Whether a push is told of is decided once it was received, and nobody is told of those of before.
  const install = async (): Promise<void> => {
    if (isMade) return;
    await emulator.settled();
    await emulator.install(owner);
  };
  let renames = 0;
  const actions = world.actions.values();
  for (const [index, step] of world.moves.entries()) {
    if (index === world.installedAfter) await install();
    if (index >= world.installedAfter) {
      // Until the next move of a ref: what happens to its delivery, and to the repository.
      for (const action of actions) {
        if (action.do === "move") break;
        if (action.do === "deliver" && action.which % 4 === 0)
          emulator.disturbDeliveries({ how: action.which % 8 === 0 ? "fail" : "duplicate", event: "push" });
        if (action.do === "rename")
          repository = await emulator.changeRepository(repository.fullName, {
            name: `shop-${(renames += 1)}`,
            silently: true,
          });
        if (action.do === "lag") emulator.lagReplicas(repository.fullName, action.isLagging);
      }
    }
    if ("life" in step) repository = await change(rig, repository, step, number);
    else {
      if (step.isOnItsWay && index >= world.installedAfter)
        emulator.disturbDeliveries({ how: "hold", event: "push" });
      const to = step.to === null ? "" : (ids[step.to] ?? "");
      if (step.isSilent !== true) await push(to, step.ref);
      else await pushSilently(to, step.ref);
    }
    await wait(betweenStepsMs);
  }
  if (world.installedAfter >= world.moves.length) await install();
  emulator.lagReplicas(repository.fullName, false);
  return {
    world,
    number,
    secrets,
    ids,
    runs: () => emulator.checkRuns(repository.fullName).map(asFake),
    revokeCalls: () => keyIds.map((id) => provider.calls.filter((call) => call === `revoke ${id}`).length),
  };
}

async function change(
  { emulator }: Rig,
  repository: EmulatedRepository,
  { life }: Change,
  number: number,
): Promise<EmulatedRepository> {
  const { fullName, owner } = repository;
  switch (life) {
    case "transfer": {
      const other = owner === `world-${number}` ? `other-${number}` : `world-${number}`;
      await emulator.install(other);
      return emulator.changeRepository(fullName, { owner: other });
    }
    case "publicize":
    case "privatize":
      return emulator.changeRepository(fullName, { private: life === "privatize" });
    case "archive":
      await emulator.changeRepository(fullName, { archived: true });
      // Nobody can push to it before it is open again.
      return emulator.changeRepository(fullName, { archived: false });
    case "delete":
    case "suspend":
    case "unsuspend":
    case "uninstall":
    case "install":
    default:
      throw new Error(`${life} is not played with processes`);
  }
}

const asFake = (run: EmulatedCheckRun): FakeCheckRun => ({
  ...run,
  external_id: run.external_id ?? "",
  title: run.output.title ?? "",
  summary: run.output.summary ?? "",
  annotations: run.annotations.map(({ path, title }) => ({ path, title: title ?? "" })),
});
