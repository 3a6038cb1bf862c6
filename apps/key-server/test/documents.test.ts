import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { signInHere } from "./sign-in-here.ts";

interface Row {
  readonly provider: string;
  readonly sentence: string;
  readonly address: string;
  readonly isAnswer: boolean;
  readonly words: readonly string[];
}

const file = new URL("../../../docs/provider-documents.md", import.meta.url);
const ids: Readonly<Record<string, string>> = { "Aurora Solar": "aurora-solar" };
const sections = readFileSync(file, "utf8")
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const name = section.split("\n")[0]?.trim() ?? "";
    return {
      provider: ids[name] ?? name.toLowerCase(),
      rows: section.split("\n").filter(isRow).map(cellsOf),
    };
  });
const rows = sections.flatMap(({ provider, rows: cells }) =>
  cells.map(([sentence = "", place = "", words = ""]): Row => ({
    provider,
    sentence,
    address: /`([^`]+)`/.exec(place)?.[1] ?? "",
    isAnswer: place.startsWith("answer of"),
    words: words.split(" · "),
  })),
);

function isRow(line: string): boolean {
  return line.startsWith("|") && !/^\| *(?:Sentence|-)/.test(line);
}

function cellsOf(line: string): readonly string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

let server: TestServer;
const keys = new Map<string, string>();
const pages = new Map<string, string>();
let session: Awaited<ReturnType<typeof signInHere>>;

beforeAll(async () => {
  server = await makeServer();
  for (const { provider } of sections) {
    const { key, text } = await server.issue(provider, "secret", "production");
    await server.call("POST", "/v1/keys/verify", { body: { key: text } });
    keys.set(provider, key.id);
  }
  await server.app.flush();
  session = await signInHere(server);
  await session.unlock();
});
afterAll(() => server[Symbol.asyncDispose]());

/** What a person reads on a page: its texts, and what stands in its fields as an example. */
function textOf(body: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&#39;": "'",
    "&quot;": '"',
    "&lt;": "<",
    "&gt;": ">",
  };
  return body
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&#39;|&quot;|&lt;|&gt;/g, (entity) => entities[entity] ?? "")
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");
}

async function open({ provider, address, isAnswer }: Row): Promise<string> {
  const path = address.replace("<key>", keys.get(provider) ?? "");
  const known = pages.get(`${isAnswer} ${path}`);
  if (known !== undefined) return known;
  const page = (await session.get(path)).body;
  const answer = isAnswer
    ? (
        await session.submit(path.replace(/\/new$/, ""), page, {
          name: `${provider} by form`,
          kind: provider === "aurora-solar" ? "restricted" : "secret",
          environment: "production",
          ...(provider === "aurora-solar" && { permissions: "list_projects" }),
        })
      ).body
    : page;
  const text = textOf(answer);
  pages.set(`${isAnswer} ${path}`, text);
  return text;
}

it("has rows of all five documents", () => {
  expect(sections.map(({ provider, rows: own }) => [provider, own.length > 10])).toEqual(
    ["aforo", "aero2", "example", "azotte", "aurora-solar"].map((provider) => [provider, true]),
  );
});

it.each(sections.map(({ provider }) => provider))(
  "%s: each sentence is at the place that is named",
  async (id) => {
    const missing: string[] = [];
    for (const row of rows.filter(({ provider }) => provider === id)) {
      const text = await open(row);
      for (const word of row.words)
        if (!text.includes(word)) missing.push(`${row.sentence} → ${row.address}: ${word}`);
    }
    expect(missing).toEqual([]);
  },
);
