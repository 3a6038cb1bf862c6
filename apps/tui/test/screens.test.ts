import { makeInventory, makeManagedKey, inventoryNowMs as nowMs } from "@keywarden/testing";
import { makeDepartures } from "@keywarden/inventory";
import { describe, expect, it } from "vitest";
import { commandFor } from "../src/effects/log-calls.ts";
import { suggestCommands } from "../src/commands/commands.ts";
import { namedScreens } from "../src/screens/screen-id.ts";
import { drawSparkline } from "../src/screens/sparkline.ts";
import { drive } from "./drive.ts";

const day = 86_400_000;
const ago = (days: number): string => new Date(nowMs - days * day).toISOString();
const old = { createdAt: ago(400), secretCreatedAt: ago(400), trackingSince: ago(400), lastUsedAt: ago(1) };

describe("the screens", () => {
  it.each(namedScreens)("%s says what it is for, and why it is empty", (screen) => {
    const driven = drive({ screen });
    driven.load([]);
    const lines = driven.screen().split("\n");
    expect(lines).toHaveLength(30);
    expect(lines.slice(4, -2).join("").trim()).not.toBe("");
  });

  it.each(namedScreens)("%s fits every size", (screen) => {
    const driven = drive({ screen });
    driven.load(makeInventory(40));
    for (const [columns, rows] of [
      [40, 10],
      [80, 24],
      [300, 100],
    ] as const) {
      driven.send({ kind: "resize", columns, rows });
      const lines = driven.screen().split("\n");
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  it("open on what to do next, and say by when", () => {
    const driven = drive({ screen: "next" });
    driven.load([makeManagedKey({ ...old, id: "key-1", name: "payments", environment: "production" })]);
    expect(driven.screen()).toMatch(/OVERDUE +payments +overdue for \d+d .* late \d+d +rotate/);
  });

  it("put an exposed key first as soon as the App tells of it, and the key says where", () => {
    const driven = drive({ screen: "next", state: { hasApp: true } });
    driven.load([
      makeManagedKey({ ...old, id: "key-1", name: "payments" }),
      makeManagedKey({ id: "key-2", name: "mailer" }),
    ]);
    const exposure = {
      id: "7",
      keyId: "key-2",
      redacted: "sk_live_…a1b2",
      provider: "aforo",
      repository: "acme/web",
      visibility: "public",
      state: "waiting",
      because: "it waits for a person",
      where: "src/a.ts:3",
      firstSeenAtMs: nowMs,
    };
    driven.send({ kind: "source-read", source: "exposures", subject: null, value: [exposure] });
    expect(driven.screen().split("\n")[4]).toMatch(/> +EXPOSED +mailer +found just now in acme\/web/);
    driven.press("o");
    expect(driven.state.screen).toBe("key");
    expect(driven.screen()).toContain("acme/web src/a.ts:3");
  });

  it("say that exposures are unknown where no App is configured", () => {
    const driven = drive({ screen: "exposures" });
    driven.load([makeManagedKey()]);
    expect(driven.screen()).toContain("nothing is known of exposures");
  });

  it("say above what is next what could not be looked at", () => {
    const driven = drive({ screen: "next" });
    driven.load([makeManagedKey({ ...old, id: "key-1", name: "payments" })]);
    const failure = { message: "a reader may not", advice: "" };
    driven.send({ kind: "source-failed", source: "alerts", subject: null, failure });
    expect(driven.screen()).toContain("Not looked at: alerts (a reader may not)");
  });

  it("say that there is nothing to do only where everything that could tell otherwise has answered", () => {
    const state = { hasApp: true, departures: makeDepartures([{ member: "bob", leftAtMs: nowMs }]) };
    const driven = drive({ screen: "next", state });
    driven.load([makeManagedKey({ id: "key-1", name: "mailer", lastUsedAt: ago(0) })]);
    expect(driven.screen()).toContain("Nothing to do in what was looked at.");
    expect(driven.screen()).toContain("exposures (being read)");
    for (const source of ["rotations", "exposures", "alerts"] as const) {
      expect(driven.screen()).not.toContain("No key of this server needs anything");
      driven.send({ kind: "source-read", source, subject: null, value: [] });
    }
    expect(driven.screen()).toContain("No key of this server needs anything");
    const alert = {
      id: "evt_1",
      code: "unusual-country",
      severity: "notice" as const,
      provider: null,
      keyId: null,
      subject: "an address",
      evidence: "",
      count: 1,
      firstAt: ago(2),
      lastAt: ago(2),
    };
    const tellPart = (lastAt: string) =>
      driven.send({
        kind: "source-read",
        source: "alerts",
        subject: null,
        value: [{ ...alert, lastAt }],
        isPart: true,
      });
    tellPart(ago(2));
    expect(driven.screen()).not.toContain("No key of this server needs anything");
    expect(driven.screen()).toContain("alerts before the newest 1");
    // What is older than a week is nothing to do next.
    tellPart(ago(8));
    expect(driven.screen()).toContain("No key of this server needs anything");
    const failure = { message: "the App is down", advice: "" };
    driven.send({ kind: "source-failed", source: "exposures", subject: null, failure });
    expect(driven.screen()).not.toContain("No key of this server needs anything");
    expect(drive({ screen: "next" }).screen()).not.toContain("No key of this server needs anything");
  });

  it("read again what changed while an answer was on its way, and what failed", () => {
    const driven = drive({ screen: "tokens" });
    driven.load([makeManagedKey()]);
    const change = {
      sequence: 1,
      at: ago(0),
      kind: "token" as const,
      id: "tok_1",
      action: "token.created",
      actor: "ann",
      keyId: null,
      provider: null,
    };
    const page = { changes: [change], keys: [], nextAfter: 1, hasMore: false };
    driven.send({ kind: "changes", page });
    driven.send({ kind: "source-read", source: "tokens", subject: null, value: [] });
    const asked = (): number =>
      driven.effects.filter((effect) => effect.kind === "read-source" && effect.source === "tokens").length;
    expect(asked()).toBe(1);
    driven.wait(3000);
    expect(asked()).toBe(2);
    const failure = { message: "no answer", advice: "" };
    driven.send({ kind: "source-failed", source: "tokens", subject: null, failure });
    driven.wait(1000);
    expect(asked()).toBe(2);
    driven.wait(20_000);
    expect(asked()).toBe(3);
  });

  it("say that what was read is a part when reading broke off", () => {
    const driven = drive();
    driven.load(makeInventory(5), false);
    driven.send({
      kind: "load-failed",
      loadId: driven.state.lastLoadId,
      failure: { message: "down", advice: "" },
    });
    expect(driven.screen()).toContain("5 keys so far");
    driven.press("/");
    driven.type("zzzz");
    expect(driven.screen()).toContain("No key among the first 5 keys passes the filter");
  });

  it("go back and forward, each with its filter and its place", () => {
    const driven = drive();
    driven.load(makeInventory(50));
    driven.press("/");
    driven.type("mailer");
    driven.press("enter", "j", "7", "6");
    expect(driven.state.screen).toBe("tokens");
    driven.press("[", "[");
    expect(driven.state.screen).toBe("keys");
    expect(driven.screen()).toContain("filter mailer");
    expect(driven.state.list.viewport.cursor).toBe(1);
    driven.press("]");
    expect(driven.state.screen).toBe("audit");
    driven.press("escape");
    expect(driven.state.screen).toBe("keys");
  });

  it("show the departed owner's keys, and what they knew moves up in Next", () => {
    const driven = drive();
    driven.load([makeManagedKey({ id: "key-1", name: "payments", owner: "bob" })]);
    driven.press(":");
    driven.type("departed bob");
    driven.press("enter");
    expect(driven.screen()).toMatch(/bob +just now +payments +still works/);
    driven.press("1");
    expect(driven.screen()).toMatch(/DEPARTED +payments +bob left just now and knows it/);
    driven.send({ kind: "source-read", source: "alerts", subject: null, value: [] });
    expect(driven.screen()).toMatch(/DEPARTED +payments +bob left/);
    for (const typed of ["departed Ada=2026-01-01", "departed bbo", "departed ada=yesterday"]) {
      driven.press(":");
      driven.type(typed);
      driven.press("enter");
    }
    expect([...driven.state.departures.keys()]).toEqual(["bob", "ada", "bbo", "ada=yesterday"]);
  });

  it("show owner and tags where there is room", () => {
    const driven = drive({ columns: 220 });
    driven.load([makeManagedKey({ owner: "ada", tags: ["eu"] })]);
    expect(driven.screen()).toMatch(/OWNER +TAGS +ID/);
    expect(driven.screen()).toMatch(/ada +eu/);
  });
});

describe("the palette", () => {
  it("completes commands and their arguments, and runs them", () => {
    const driven = drive({ columns: 160 });
    driven.load(makeInventory(20));
    driven.press(":");
    driven.type("sor");
    expect(driven.screen()).toContain("> sort ");
    driven.press("tab");
    driven.type("own");
    driven.press("enter");
    expect(driven.state.list.sort).toEqual({ column: "owner", direction: "ascending" });
    driven.press(":");
    driven.type("keys status:overdue");
    driven.press("enter");
    expect(driven.screen()).toContain("filter status:overdue");
  });

  it("quits with :q, takes nothing for a command that is not one, and changes nothing while it is typed in", () => {
    const driven = drive({ isWritable: true });
    driven.load(makeInventory(3));
    driven.press(":");
    driven.type("xyzw");
    expect(driven.state.dialog).toBeNull();
    driven.press("enter");
    expect(driven.screen()).toContain("there is no command xyzw");
    driven.press(":");
    driven.type("q");
    driven.press("enter");
    expect(driven.effects.at(-1)).toEqual({ kind: "quit" });
  });

  it("suggests the exact name first", () => {
    expect(suggestCommands(drive().state, "key")[0]).toBe("keys");
  });
});

describe("several keys", () => {
  it("are marked, shown in a plan, and revoked only once their number is typed", () => {
    const driven = drive({ isWritable: true, columns: 160, rows: 40 });
    driven.load(makeInventory(4));
    driven.press(" ", " ");
    expect(driven.screen()).toContain("2 marked");
    driven.press("x");
    driven.wait(300);
    expect(driven.screen()).toContain("Revoke 2 keys at once");
    driven.press("enter");
    expect(driven.effects.some(({ kind }) => kind === "revoke-all")).toBe(false);
    driven.press("x");
    driven.wait(300);
    driven.type("revoke 2 keys");
    driven.press("enter");
    const asked = driven.effects.at(-1);
    expect(asked?.kind === "revoke-all" && asked.targets.length).toBe(2);
    driven.send({
      kind: "batch-done",
      verb: "Revoked",
      done: ["payments: gone"],
      failures: ["mailer: somebody else was faster"],
    });
    expect(driven.screen()).toContain("Revoked 1 key, and not 1");
    expect(driven.screen()).toContain("somebody else was faster");
    expect(driven.state.list.marked.size).toBe(0);
  });
});

describe("what is copied and logged", () => {
  it("is the id, the name or the command that does the same", () => {
    const driven = drive({ screen: "next" });
    driven.load([makeManagedKey({ ...old, id: "key-1", name: "payments" })]);
    driven.press("y");
    expect(driven.effects.at(-1)).toEqual({ kind: "copy", text: "key-1" });
    driven.press("Y");
    expect(driven.effects.at(-1)).toEqual({
      kind: "copy",
      text: "keywarden rotate key-1 --to env:.env#API_KEY",
    });
  });

  it("names the command for each call that changes a key, and for no other", () => {
    expect(commandFor("POST", "/v1/keys/key_1/revoke")).toBe("keywarden revoke key_1");
    expect(commandFor("POST", "/v1/tokens/tok_1/revoke")).toBe("keywarden tokens revoke tok_1");
    expect(commandFor("GET", "/v1/keys/key_1")).toBeNull();
    expect(commandFor("POST", `/v1/keys/${encodeURIComponent("a'; rm")}/revoke`)).toBe(
      String.raw`keywarden revoke 'a'\''; rm'`,
    );
  });
});

describe("a revocation", () => {
  it("shows last use, calls, owner and exposure before it is confirmed, on the lowest terminal, too", () => {
    const driven = drive({ isWritable: true, columns: 40, rows: 10, state: { hasApp: true } });
    driven.load([makeManagedKey({ id: "key-1", name: "payments", owner: "ada", lastUsedAt: ago(3) })]);
    driven.press("x");
    const target = driven.effects.flatMap((effect) => (effect.kind === "tell-usage" ? [effect.target] : []));
    expect(target).toHaveLength(1);
    const usage = {
      from: ago(1),
      to: ago(0),
      bucket: "hour" as const,
      countedSince: ago(9),
      requests: 20_160,
      denied: 0,
      errorRate: 0,
      buckets: [],
      outcomes: [],
      countries: [],
      features: [],
    };
    for (const one of target) driven.send({ kind: "usage-told", target: one, usage });
    const screen = driven.screen();
    for (const words of ["no way back", "last used 3d ago", "20,160 calls", "14 a", "type payments :"])
      expect(screen.replaceAll(/\s+/g, " ")).toContain(words);
    expect(screen.split("\n").at(-1)).toMatch(/enter confirm {2}esc cancel +dialog/);
  });
});

describe("a sparkline", () => {
  it("is full at its largest number, empty at none, and never longer than its room", () => {
    expect(drawSparkline([0, 1, 8], 10)).toBe(" ▁█");
    expect(drawSparkline([1, 1, 2, 2, 4, 4], 3)).toBe("▂▄█");
    expect(
      drawSparkline(
        Array.from({ length: 1440 }, () => 1),
        48,
      ),
    ).toHaveLength(48);
    expect(drawSparkline([], 10)).toBe("");
  });
});
