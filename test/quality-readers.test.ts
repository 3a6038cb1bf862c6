import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeRandom, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { readCredData } from "./bench/quality/given/cred-data.ts";
import { readGivenSamples } from "./bench/quality/given/given-samples.ts";
import { makeFromRegex, UnreadError } from "./bench/quality/given/make-from-regex.ts";
import { readRuleSamples } from "./bench/quality/given/rule-samples.ts";

const scope = { templates: ['{i}Token = "{s}"'], random: makeRandom(7) };

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

describe("the reader of gitleaks' and betterleaks' rules", () => {
  const rule = (body: string, regex = "GenerateUniqueTokenRegex"): string =>
    `func Acme() *config.Rule {\n\tr := config.Rule{RuleID: "acme", Regex: utils.${regex}(\`x\`)}\n${body}\n}\n`;

  it("reads strings, what is put together of them, and what must not be found", () => {
    const source = rule(
      'tps := []string{"a" + "b", `raw\\n`, fmt.Sprintf("k=%s", "v")}\n fps := []string{"none"} // "not"\n return utils.Validate(r, tps, fps)',
    );
    expect(readRuleSamples(source, scope)).toEqual([
      { rule: "acme", sort: "unique", keys: ["ab", "raw\\n", "k=v"], others: ["none"], unread: 0 },
    ]);
  });

  it("makes the secrets that are random, and writes them where the generator does", () => {
    const source = rule(
      'tps := utils.GenerateSampleSecrets("acme", secrets.NewSecret(utils.Hex("8")))\n tps = append(tps, "x")\n return utils.Validate(r, tps, nil)',
      "GenerateSemiGenericRegex",
    );
    const [read] = readRuleSamples(source, scope);
    expect(read?.sort).toBe("beside a name");
    expect(read?.keys[0]).toMatch(/^acmeToken = "[0-9a-f]{8}"$/);
    expect(read?.keys[1]).toBe("x");
  });

  it("counts what it cannot read, and keeps what stands beside it", () => {
    const source = rule('tps := []string{"a", readFile("b"), "c"}\n return utils.Validate(r, tps, nil)');
    expect(readRuleSamples(source, scope)).toMatchObject([{ keys: ["a", "c"], unread: 1 }]);
  });

  it("makes text that an expression accepts, and refuses expressions that it does not know", () => {
    for (const source of ["ab[0-9]{3}", "[a-f\\d]{2,4}\\.x?", "\\w+"])
      expect(makeFromRegex(source, makeRandom(3))).toMatch(new RegExp(`^${source}$`));
    for (const source of ["(a|b)", "[^a]", "a.", "^a"])
      expect(() => makeFromRegex(source, makeRandom(3))).toThrow(UnreadError);
  });

  it("reads a folder of rules, each text once, and says where there are none", () => {
    using folder = makeTemporaryDirectory();
    writeFiles(folder.path, {
      "cmd/generate/config/rules/acme.go": rule(
        'tps := []string{"a", "a"}\n fps := []string{"n"}\n return utils.Validate(r, tps, fps)',
      ),
      "data/rules/acme.yml":
        "rules:\n  - { name: A, id: k.1, examples: [one, two], negative_examples: [no] }\n",
    });
    const [group] = readGivenSamples(folder.path);
    expect(group?.corpora.map(({ name, holdsKeys, files }) => [name, holdsKeys, files.length])).toEqual([
      ["unique tokens", true, 1],
      ["examples", true, 2],
      ["no keys", false, 2],
    ]);
    using empty = makeTemporaryDirectory();
    expect(() => readGivenSamples(empty.path)).toThrow("holds no samples");
  });
});

describe("the reader of CredData", () => {
  const head = "Id,FilePath,LineStart,LineEnd,GroundTruth,Category";

  it("takes the marked lines of categories with a structure, of files that are there", () => {
    using folder = makeTemporaryDirectory();
    writeFiles(folder.path, {
      "data/a.py": "first\nkey one\nkey two\nlast\n",
      "meta/a.csv": [
        head,
        "1,data/a.py,2,3,T,Twilio",
        "2,data/a.py,2,3,F,Token:Twilio",
        "3,data/a.py,4,4,F,JWK",
        "4,data/a.py,1,1,T,Password",
        "5,data/missing.py,1,1,T,JWK",
      ].join("\n"),
    });
    const { corpora, method } = readCredData(folder.path);
    expect(method).toContain("1 of 5 marks are in files that are not there");
    expect(
      corpora.map(({ name, holdsKeys, files }) => [name, holdsKeys, files.map(({ bytes }) => bytes)]),
    ).toEqual([
      ["others", true, ["key one\nkey two\n"]],
      ["no keys", false, ["last\n"]],
    ]);
  });

  it("refuses a table whose rows have other fields than its head", () => {
    using folder = makeTemporaryDirectory();
    writeFiles(folder.path, { "meta/a.csv": `${head}\n1,data/a.py,2\n` });
    expect(() => readCredData(folder.path)).toThrow("has 3 fields, not 6");
  });
});
