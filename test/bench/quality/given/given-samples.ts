import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { makeRandom } from "@keywarden/testing";
import { parse } from "yaml";
import { z } from "zod";
import type { Corpus, CorpusGroup } from "../corpora.ts";
import { readGoTokens } from "./go-tokens.ts";
import { readRuleSamples, type RuleSort } from "./rule-samples.ts";

interface Sample {
  readonly rule: string;
  readonly sort: RuleSort | "example" | "no key";
  readonly text: string;
}

const seed = 20_261_130;

/** Gives what the rules of the scanners in these folders, parted as in `PATH`, are tested with: one group a folder. */
export function readGivenSamples(folders: string): readonly CorpusGroup[] {
  return folders.split(delimiter).map((folder) => {
    const name = basename(folder);
    const go = readGoSamples(folder);
    const yaml = readYamlSamples(folder);
    const samples = [...go.samples, ...yaml];
    if (samples.length === 0) throw new Error(`${folder} holds no samples that are known how to read`);
    const corpus = (title: string, sort: Sample["sort"]): Corpus => ({
      name: title,
      holdsKeys: sort !== "no key",
      files: unique(samples.filter((sample) => sample.sort === sort)).map(({ rule, text }) => ({
        id: rule,
        ending: ".txt",
        bytes: `${text}\n`,
      })),
    });
    const rules = join(folder, "config/gitleaks.toml");
    return {
      ...(existsSync(rules) ? { gitleaksRules: rules } : {}),
      title: `Quality: the samples of ${name}`,
      method: `The texts that its rules are tested with; ${go.unread} of them are written in a way that is not read.`,
      corpora: [
        corpus("unique tokens", "unique"),
        corpus("beside a name", "beside a name"),
        corpus("other rules", "other"),
        corpus("examples", "example"),
        corpus("no keys", "no key"),
      ].filter(({ files }) => files.length > 0),
    };
  });
}

function unique(samples: readonly Sample[]): readonly Sample[] {
  return [...new Map(samples.map((sample) => [sample.text, sample])).values()];
}

const filesOf = (folder: string, pattern: string): readonly string[] =>
  globSync(pattern, { cwd: folder })
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8"));

// gitleaks and betterleaks keep them in the functions that make the rules.
function readGoSamples(folder: string): { readonly samples: readonly Sample[]; readonly unread: number } {
  const [generator = ""] = filesOf(folder, "cmd/generate/config/utils/generate.go");
  const scope = { templates: readTemplates(generator), random: makeRandom(seed) };
  const rules = filesOf(folder, "cmd/generate/config/rules/*.go").flatMap((source) =>
    readRuleSamples(source, scope),
  );
  return {
    samples: rules.flatMap(({ rule, sort, keys, others }): readonly Sample[] => [
      ...keys.map((text) => ({ rule, sort, text })),
      ...others.map((text) => ({ rule, sort: "no key" as const, text })),
    ]),
    unread: rules.reduce((sum, { unread }) => sum + unread, 0),
  };
}

// The places into which `GenerateSampleSecrets` writes a secret: each stands behind its name.
function readTemplates(generator: string): readonly string[] {
  const tokens = readGoTokens(generator.slice(generator.indexOf("func GenerateSampleSecrets(")));
  return tokens.flatMap(({ type, text }, index) =>
    type === "string" && text.includes("{s}") && tokens[index - 1]?.text === ":" ? [text] : [],
  );
}

const kingfisherRules = z.object({
  rules: z.array(
    z.object({
      name: z.string(),
      id: z.string(),
      examples: z.array(z.string()).optional(),
      negative_examples: z.array(z.string()).optional(),
    }),
  ),
});

function readYamlSamples(folder: string): readonly Sample[] {
  const rules = filesOf(folder, "data/rules/*.yml").flatMap(
    (source) => kingfisherRules.parse(parse(source)).rules,
  );
  return rules.flatMap(({ id, examples = [], negative_examples: others = [] }): readonly Sample[] => [
    ...examples.map((text) => ({ rule: id, sort: "example" as const, text })),
    ...others.map((text) => ({ rule: id, sort: "no key" as const, text })),
  ]);
}
