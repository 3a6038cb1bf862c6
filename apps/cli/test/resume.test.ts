import { aforo } from "@keywarden/key-format";
import { capabilitiesOf } from "@keywarden/management";
import { openRotationStore, type FactOf } from "@keywarden/rotation";
import { makeManagedKey, makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { runHere } from "./terminal.ts";

/** A rotation that gave up before it had made anything. */
function writeOrphan(state: string): void {
  const store = openRotationStore(state, () => 0);
  const plan: FactOf<"planned"> = {
    type: "planned",
    version: 1,
    rotation: "0a1b2c3d",
    server: "http://127.0.0.1:1",
    directory: state,
    key: { ...makeManagedKey({ id: "key_1", provider: "aforo", name: "billing" }), metadata: {} },
    contract: capabilitiesOf(aforo),
    graceSeconds: 300,
    successorName: "billing",
    sinks: ["env:.env#AFORO_API_KEY"],
  };
  store.create(plan);
  const remedy = "key_1 works as before. Put the cause right and run keywarden rotate --resume 0a1b2c3d.";
  const why = "the server said no for ten minutes";
  store.open(plan.rotation).append({ type: "orphaned", step: "create", message: why, wayOut: remedy });
}

test("rotate --resume names a rotation that needs a person, with the command that ends it, and exits 2 while it is left", async () => {
  using place = makeTemporaryDirectory();
  writeOrphan(place.path);
  const env = { KEYWARDEN_STATE: place.path };
  const { status, stdout } = await runHere(["rotate", "--resume"], { directory: place.path, env });
  expect(stdout).toContain("key_1");
  expect(stdout).toContain("keywarden rotate --resume 0a1b2c3d");
  expect(stdout).not.toContain("No unfinished rotation");
  expect(status).toBe(2);
});
