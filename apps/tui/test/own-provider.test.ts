import { assertNoKey, makeKey, makeManagedKey, makeOwnProvider } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { drive } from "./drive.ts";

const acme = makeOwnProvider({ rotation: { schedule: { every: "days", days: 30 } } });
const secret = makeKey(acme, { kind: "secret", environment: "production" }, 5);

describe("the keys of a provider of the user's own", () => {
  it("are listed and judged by its own schedule", () => {
    const screen = drive({ own: [acme] });
    screen.load([makeManagedKey({ provider: "acme", name: "billing" })]);
    screen.press("enter");
    expect(screen.screen()).toContain("every 30 days");
    expect(screen.screen()).toContain("Acme's own documentation");
  });

  it("are masked in names, failures and whatever else a screen shows", () => {
    const screen = drive({ own: [acme] });
    screen.load([makeManagedKey({ provider: "acme", name: secret.reveal() })]);
    screen.send({ kind: "warned", text: `the server said ${secret.reveal()}` });
    assertNoKey(screen.screen(), [secret]);
    expect(screen.screen()).toContain(secret.redacted);
    screen.send({
      kind: "load-failed",
      loadId: screen.state.lastLoadId,
      failure: { message: `cannot read ${secret.reveal()}`, advice: "Try again." },
    });
    assertNoKey(screen.screen(), [secret]);
  });
});
