import { readFileSync } from "node:fs";
import { schemaProblems } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { live, test as sandbox } from "./command.ts";
import { said, useRepository } from "./env-folder.ts";
import { runHere } from "./terminal.ts";

const { repository, write, check } = useRepository();

describe("the report", () => {
  const files = { ".env": `AFORO_API_KEY=${live}\nVITE_KEY=${sandbox}`, "a b.env": `K=${live}` };

  it("says what was checked when nothing is found, and never nothing", async () => {
    write({ ".env": `A=${sandbox}\nB=c`, "node_modules/x/.env": `A=${live}` });
    const { status, stdout } = await runHere(["check-env", ".env"], { directory: repository().path });
    expect([status, stdout]).toEqual([0, "clean: checked 2 variables with 1 key in 1 file\n"]);
    const whole = await check({});
    expect(whole.checked).toMatchObject({ files: 1, process: true, keys: 1 });
  });

  it("calls nothing clean where the environment of a key is unknown", async () => {
    const settings = { directory: repository().path, env: { AFORO_API_KEY: live } };
    expect((await runHere(["check-env"], settings)).stdout).toMatch(
      /^no finding in what could be judged: checked .*; the environment of 1 key is unknown/,
    );
  });

  it("is 2 for a file that is not there or no YAML, whatever else is found", async () => {
    write({ ...files, "bad.yml": "a: [", ".env": `A=${live}` });
    const told = await check({}, { args: [".env", "bad.yml", "gone.env"] });
    expect([told.status, said(told)]).toEqual([2, ["live-key-in-development .env:1"]]);
    expect(told.problems.map(({ file, reason }) => `${file}: ${reason}`).toSorted()).toEqual([
      expect.stringMatching(/^bad\.yml: it is not YAML from line 1 on/),
      "gone.env: it cannot be read: there is no such file or folder",
    ]);
  });

  it("names a place once, whatever is wrong there, and leaves the host alone where the key is out of place", async () => {
    write({ ".env": `AFORO_API_KEY=${live}\nAFORO_URL=ingest-sandbox.aforo.ai` });
    const { stdout } = await runHere(["check-env", ".env"], { directory: repository().path });
    expect(stdout.match(/^\.env:1/gm)).toHaveLength(1);
    expect(stdout).toContain("wrong-host");
    expect(stdout.match(/→/g)).toHaveLength(1);
  });

  it("leaves out what keywarden.json accepts, by variable, file or rule, and counts it", async () => {
    const acceptAll = [
      { key: "K", rule: "live-key-in-development", reason: "revoked tomorrow" },
      { key: "b.env", reason: "made for this test" },
      { rule: "env-file-tracked", reason: "was accepted once" },
    ];
    write({
      ".env": `K=${live}`,
      "b.env": `VITE_K=${sandbox}`,
      "keywarden.json": JSON.stringify({ hygiene: { accept: acceptAll } }),
    });
    const { status, stdout, stderr } = await runHere(["check-env", ".env", "b.env"], {
      directory: repository().path,
    });
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining("; 2 findings accepted by keywarden.json\n"),
    ]);
    expect(stderr).toContain("hygiene.accept[2] (env-file-tracked) accepts nothing any more");
  });

  it("leaves templates out that it comes across, and is 2 for one that is named", async () => {
    const template = "{{ if .Values.x }}\nkind: Secret\n{{ end }}\n";
    const told = await check({ "k8s/secret.yaml": template });
    expect([told.status, told.skipped]).toEqual([0, [{ file: "k8s/secret.yaml", reason: "a template" }]]);
    const { stdout } = await runHere(["check-env"], { directory: repository().path });
    expect(stdout).toMatch(/^no finding in what could be judged: checked .*; 1 template left out\n$/);
    expect((await check({}, { args: ["k8s/secret.yaml"] })).status).toBe(2);
  });

  it("keeps to the schema of SARIF", async () => {
    write(files);
    const { stdout } = await runHere(["check-env", "--format", "sarif"], {
      directory: repository().path,
      env: { K: live, CI: "1" },
    });
    const schema = readFileSync(
      new URL("../../../packages/scan/test/schemas/sarif-2.1.0.json", import.meta.url),
      "utf8",
    );
    const log = JSON.parse(stdout) as {
      runs: { results: { locations: { physicalLocation?: object }[] }[] }[];
    };
    expect(schemaProblems(JSON.parse(schema) as object, log)).toEqual([]);
    // GitHub refuses the whole of a log in which one result has no file.
    expect(log.runs[0]?.results.map(({ locations }) => locations[0]?.physicalLocation)).not.toContain(
      undefined,
    );
    expect(log.runs[0]?.results.length).toBeGreaterThan(3);
  });

  it("annotates the lines of a pull request", async () => {
    write(files);
    const { status, stdout } = await runHere(
      ["check-env", ".env", "--format", "github", "--min-severity", "critical"],
      { directory: repository().path },
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^::error file=\.env,line=2,title=keywarden%3A A secret key in a variable that reaches browsers::VITE_KEY = sk_test_…/,
    );
    expect(stdout).toContain("1 finding below the minimum severity\n");
  });

  it.each(["text", "json", "sarif", "github"])("%s never shows a key, wherever it stands", async (format) => {
    write({
      ".env": `${live}=${live}\nA="Bearer ${live}"\nB='https://x:${sandbox}@ingest.aforo.ai'\n${sandbox.slice(0, 40)}=1`,
    });
    const { status, stdout } = await runHere(["check-env", "--format", format], {
      directory: repository().path,
      env: { CI: "1", K: live },
    });
    expect([status, stdout.length > 100]).toEqual([1, true]);
  });
});
