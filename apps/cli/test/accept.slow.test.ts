import { describe, expect, it } from "vitest";
import { makeRepository } from "@keywarden/testing";
import {
  placeOf,
  guardedRepository,
  keywarden,
  live,
  restricted,
  scanJson,
  test,
  tryCommit,
} from "./command.ts";

const config = (document: object): string => JSON.stringify(document, null, 2);

const madeHere = { path: "fixtures/**", reason: "made by the factory", owner: "payments" };

it("accepted keys are shown on request, in SARIF as suppressed results, and never change the exit status", async () => {
  using repository = await makeRepository();
  repository.write("a.env", `# keywarden:allow made by the factory\nk=${live}\n`);
  const where = { directory: repository.path, env: repository.env };
  const { status, stdout } = await keywarden(["scan", "--show-accepted"], where);
  expect([status, stdout]).toEqual([0, expect.stringContaining("accepted  a.env:2:3  sk_live_…")]);
  const sarif = await keywarden(["scan", "--show-accepted", "--format", "sarif"], where);
  const suppressions = [{ kind: "inSource", status: "accepted", justification: "made by the factory" }];
  expect(JSON.parse(sarif.stdout)).toMatchObject({ runs: [{ results: [{ suppressions }] }] });
  expect((await keywarden(["scan"], where)).stdout).not.toContain("accepted  a.env");
});

describe("a commit", () => {
  it("goes through with a reason beside the key, and not without", async () => {
    using repository = await guardedRepository();
    repository.write("a.env", `KEY=${live} # keywarden:allow\n`);
    await repository.git("add", ".");
    const bare = await tryCommit(repository);
    expect([bare.isBlocked, bare.output]).toEqual([true, expect.stringContaining("gives no reason")]);

    repository.write("a.env", `KEY=${live} # keywarden:allow made by the factory\n`);
    await repository.git("add", ".");
    const reasoned = await tryCommit(repository);
    expect([reasoned.isBlocked, reasoned.output]).toEqual([
      false,
      expect.stringContaining("accepted: 1 by keywarden:allow"),
    ]);
  });

  it("is judged by the keywarden.json that it holds, whatever lies in the work tree", async () => {
    using repository = await guardedRepository();
    repository.write("fixtures/a.env", live);
    await repository.git("add", ".");
    repository.write("keywarden.json", config({ allow: [madeHere] }));
    expect((await tryCommit(repository)).isBlocked).toBe(true);

    await repository.git("add", "keywarden.json");
    repository.write("keywarden.json", "not even JSON");
    const { isBlocked, output } = await tryCommit(repository);
    expect([isBlocked, output]).toEqual([false, expect.stringContaining("accepted: 1 by keywarden.json")]);
  });

  it("is judged by the baseline that it holds, whatever lies in the work tree", async () => {
    using repository = await guardedRepository();
    repository.write("a.env", live);
    await keywarden(["baseline", "create"], placeOf(repository));
    await repository.git("add", "a.env");
    expect((await tryCommit(repository)).isBlocked).toBe(true);

    await repository.git("add", ".keywarden");
    repository.write(".keywarden/baseline/key", "nonsense");
    const { isBlocked, output } = await tryCommit(repository);
    expect([isBlocked, output]).toEqual([false, expect.stringContaining("accepted: 1 in the baseline")]);
  });

  it("may touch no file that entries are meant for", async () => {
    using repository = await guardedRepository();
    repository.write(
      "keywarden.json",
      config({ allow: [{ path: "nowhere/**", reason: "for another day" }] }),
    );
    await repository.git("add", ".");
    expect((await tryCommit(repository)).isBlocked).toBe(false);
  });

  it("is not stopped by what only warns, and is told", async () => {
    using repository = await guardedRepository();
    repository.write("keywarden.json", config({ policy: { secret: { sandbox: "warn" } } }));
    repository.write("a.env", test);
    await repository.git("add", ".");
    const warned = await tryCommit(repository);
    expect([warned.isBlocked, warned.output]).toEqual([
      false,
      expect.stringContaining("keywarden: 1 warning, which stops nothing"),
    ]);

    repository.write("b.env", restricted);
    repository.write("c.env", `${test}\n${test}`);
    await repository.git("add", ".");
    const blocked = await tryCommit(repository);
    expect([blocked.isBlocked, blocked.output]).toEqual([
      true,
      expect.stringContaining("commit stopped, it adds 1 key, and 2 warnings"),
    ]);
  });

  it("does not look into excluded files, and still sees a key that leaves them", async () => {
    using repository = await guardedRepository();
    repository.write("keywarden.json", config({ exclude: ["vendor/**"] }));
    repository.write("vendor/a.env", live);
    await repository.git("add", ".");
    const excluded = await tryCommit(repository);
    expect([excluded.isBlocked, excluded.output]).toEqual([false, expect.stringContaining("1 skipped")]);

    await repository.git("mv", "vendor/a.env", "a.env");
    expect((await tryCommit(repository)).isBlocked).toBe(true);
  });

  it.each([
    [
      "keywarden.json",
      '{ "alow": [] }',
      'keywarden.json:1:3: unknown property "alow"; did you mean "allow"?',
    ],
    [
      "keywarden.json",
      config({ allow: [{ finding: "0".repeat(64), reason: "no baseline" }] }),
      "finding ids need a baseline key",
    ],
    [`.keywarden/baseline/${"0".repeat(64)}`, "", ".keywarden/baseline/key is missing"],
  ])("with a broken %s is stopped: nobody could tell", async (path, content, complaint) => {
    using repository = await makeRepository();
    repository.write(path, content);
    await repository.git("add", ".");
    const { status, stdout } = await keywarden(["scan", "--staged"], placeOf(repository));
    expect([status, stdout]).toEqual([2, expect.stringContaining(complaint)]);
  });

  it("with a link for a keywarden.json is stopped: what it says is not in the commit", async () => {
    using repository = await makeRepository();
    const id = await repository.git("hash-object", "-w", "--stdin");
    await repository.git("update-index", "--add", "--cacheinfo", `120000,${id.trim()},keywarden.json`);
    const { status, stdout } = await keywarden(["scan", "--staged"], placeOf(repository));
    expect([status, stdout]).toEqual([2, expect.stringContaining("is staged as a symbolic link")]);
  });
});

describe("a scan of everything", () => {
  it("turns red when an entry has expired, and names the entry and its owner", async () => {
    using repository = await makeRepository();
    repository.write("fixtures/a.env", live);
    repository.write("keywarden.json", config({ allow: [{ ...madeHere, expires: "2020-02-29" }] }));
    const { status, stdout } = await keywarden(["scan"], placeOf(repository));
    expect([status, stdout]).toEqual([1, expect.stringContaining("fixtures/a.env:1:1")]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "keywarden.json:3:5: this entry of allow expired on 2020-02-29 (made by the factory, owner payments); 1 finding is reported again",
    );
    repository.write("keywarden.json", config({ allow: [{ ...madeHere, expires: "9999-12-31" }] }));
    expect((await keywarden(["scan"], placeOf(repository))).status).toBe(0);
  });

  it.each([
    [{ path: "fixtrues/**" }, '.path fits no key in this scan; did you mean "fixtures/**"?'],
    [{ path: "fixtures/a.evn" }, '.path fits no key in this scan; did you mean "fixtures/a.env"?'],
    [{ path: "docs/**" }, " fits no key in this scan; remove it if it is no longer needed"],
    [{ format: "sk_test_" }, " fits no key in this scan; remove it if it is no longer needed"],
    [
      { path: "fixtures/**", format: "sk_test_" },
      " fits no key in this scan; remove it if it is no longer needed",
    ],
  ])("names an entry that fits nothing: %o", async (selector, rest) => {
    using repository = await makeRepository();
    repository.write("fixtures/a.env", live);
    repository.write("keywarden.json", config({ allow: [{ ...selector, reason: "made here" }] }));
    const { status, stdout, stderr } = await keywarden(["scan"], placeOf(repository));
    expect([status, stderr]).toEqual([2, `keywarden: keywarden.json:3:5: allow[0]${rest}\n`]);
    expect(stdout).toContain("1 key found");
  });

  it("but not one of a part of it", async () => {
    using repository = await makeRepository();
    repository.write("src/a.ts", "nothing");
    repository.write("fixtures/a.env", live);
    repository.write("keywarden.json", config({ allow: [madeHere] }));
    const place = placeOf(repository);
    expect((await keywarden(["scan", "src"], place)).status).toBe(0);
    expect((await keywarden(["scan", "--stdin"], place)).status).toBe(0);
    expect((await keywarden(["scan"], { ...place, directory: `${repository.path}/src` })).status).toBe(0);
    expect((await keywarden(["scan"], { ...place, directory: `${repository.path}/fixtures` })).status).toBe(
      0,
    );
  });

  it("counts excluded files as skipped with the pattern, unless they are named", async () => {
    using repository = await makeRepository();
    repository.write("vendor/a.env", live);
    repository.write("keywarden.json", config({ exclude: ["vendor/**"] }));
    const whole = await scanJson([], placeOf(repository));
    expect([whole.status, whole.findings, whole.summary.skipped]).toEqual([
      0,
      [],
      [{ path: "vendor/a.env", reason: 'excluded by "vendor/**" in keywarden.json' }],
    ]);
    expect((await scanJson(["vendor/a.env"], placeOf(repository))).status).toBe(1);
    const { status, stderr } = await keywarden(["scan", "vendor"], placeOf(repository));
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("excludes the only file that would be scanned"),
    ]);
  });

  it("lists what was accepted with its reason in JSON", async () => {
    using repository = await makeRepository();
    repository.write("fixtures/a.env", live);
    repository.write("b.env", `# keywarden:allow made for this test\n${test}\n`);
    repository.write("keywarden.json", config({ allow: [madeHere] }));
    const { stdout } = await keywarden(["scan", "--format", "json"], placeOf(repository));
    const { suppressed, summary } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    expect(suppressed).toMatchObject([
      { path: "b.env", suppression: { by: "inline", reason: "made for this test" } },
      {
        path: "fixtures/a.env",
        suppression: { by: "config", reason: "made by the factory", owner: "payments" },
      },
    ]);
    expect(summary).toMatchObject({ suppressed: { inline: 1, config: 1, baseline: 0 }, findings: 0 });
  });
});

describe("a setting", () => {
  const cut = live.slice(0, 18);

  it.each([
    [[], {}, "high", 0],
    [[], {}, undefined, 1],
    [[], {}, "low", 1],
    [[], { KEYWARDEN_MIN_CONFIDENCE: "low" }, "high", 1],
    [[], { KEYWARDEN_MIN_CONFIDENCE: "" }, "low", 1],
    [["--min-confidence", "high"], { KEYWARDEN_MIN_CONFIDENCE: "low" }, "low", 0],
    [["--min-confidence", "low"], { KEYWARDEN_MIN_CONFIDENCE: "high" }, "high", 1],
  ])(
    "comes from the flag %o, then the environment %o, then the file (%s): exit %i",
    async (flags, env, minConfidence, expected) => {
      using repository = await makeRepository();
      repository.write("a.env", cut);
      repository.write("keywarden.json", config({ policy: { minConfidence } }));
      const place = { directory: repository.path, env: { ...repository.env, ...env } };
      expect((await keywarden(["scan", ...flags], place)).status).toBe(expected);
    },
  );

  it("in the environment is as strict as the flag", async () => {
    using repository = await makeRepository();
    const place = {
      directory: repository.path,
      env: { ...repository.env, KEYWARDEN_MIN_CONFIDENCE: "hihg" },
    };
    const { status, stderr } = await keywarden(["scan"], place);
    expect([status, stderr]).toEqual([
      2,
      'keywarden: KEYWARDEN_MIN_CONFIDENCE must be low, medium or high, not "hihg". Did you mean high?\n',
    ]);
  });
});
