import { deploymentOf, type Deployment } from "@keywarden/hygiene";
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type YAMLMap,
} from "yaml";
import type { Assignment } from "./env-source.ts";

/** A YAML file that cannot be read; the reason quotes nothing of it. */
class YamlSyntaxError extends Error {
  override readonly name = "YamlSyntaxError";
}

/**
 * Reads the variables in CI settings, compose files and Kubernetes manifests: maps and lists under `env`, `environment`,
 * `variables`, `with`, `args`, `data` and `stringData`, wherever they stand.
 *
 * @throws YamlSyntaxError with the line
 */
export function readYaml(text: string): readonly Assignment[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    logLevel: "silent",
    uniqueKeys: false,
    customTags: gitlabTags,
  });
  const found: Assignment[] = [];
  for (const [index, document] of [documents].flat().entries()) {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const { line } = counter.linePos(problem.pos[0]);
      // The message of the parser would quote the text; its code, such as BAD_INDENT, is words already.
      const why = problem.code.toLowerCase().replaceAll("_", " ");
      throw new YamlSyntaxError(`it is not YAML from line ${line} on: ${why}`);
    }
    const location = aboutDocument(document);
    const scope = [`document ${index}`];
    walk(document.contents, { ...location, scope, counter, document, depth: 0 }, found);
  }
  return found;
}

// GitLab's own tag for parts of other jobs.
const gitlabTags = [{ tag: "!reference", collection: "seq" as const, resolve: (node: unknown) => node }];

interface Surroundings {
  readonly scope: readonly string[];
  readonly service: string | null;
  readonly deployment: Deployment | null;
  readonly isSecret: boolean;
  readonly counter: LineCounter;
  readonly document: Document;
  readonly depth: number;
}

const deepest = 40;

function aboutDocument(document: Document): Pick<Surroundings, "service" | "deployment" | "isSecret"> {
  const text = (path: readonly string[]): string | null => {
    const value: unknown = document.getIn(path);
    return typeof value === "string" ? value : null;
  };
  const namespace = text(["metadata", "namespace"]);
  return {
    service: text(["metadata", "name"]),
    deployment: namespace === null ? null : deploymentIn(namespace),
    isSecret: text(["kind"]) === "Secret",
  };
}

const deploymentIn = (name: string): Deployment | null =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map(deploymentOf)
    .find((word) => word !== null) ?? null;

const envNames = new Set(["env", "environment", "variables", "with", "args", "data", "stringData"]);

function walk(node: Node | null | undefined, around: Surroundings, found: Assignment[]): void {
  // An alias is read where its anchor stands.
  if (around.depth > deepest || node === null || node === undefined) return;
  if (isSeq<Node>(node)) {
    for (const [index, item] of node.items.entries()) {
      walk(item, { ...around, scope: [...around.scope, `[${index}]`], depth: around.depth + 1 }, found);
    }
    return;
  }
  if (!isMap<Node, Node>(node)) return;
  const here = { ...around, deployment: deploymentOfMap(node) ?? around.deployment };
  for (const { key, value } of node.items) {
    const name = textOf(key);
    if (envNames.has(name) && !isDeployment(value))
      readEnv(value, { ...here, isSecret: around.isSecret && name === "data" }, found);
    const isService = around.scope.at(-1) === "services";
    const service = isService ? name : around.service;
    if (!envNames.has(name) || !isMap(value) || name === "with")
      walk(value, { ...here, service, scope: [...here.scope, name], depth: here.depth + 1 }, found);
  }
}

/** What a job says that it deploys to: `environment: production`, or `environment: { name: production }`. */
function deploymentOfMap(map: YAMLMap<Node, Node>): Deployment | null {
  const value = map.get("environment", true);
  const name = isMap(value) ? value.get("name") : isScalar(value) ? value.value : null;
  return typeof name === "string" && isDeployment(value) ? deploymentIn(name) : null;
}

const deploymentWords = new Set([
  "name",
  "url",
  "on_stop",
  "action",
  "deployment_tier",
  "auto_stop_in",
  "kubernetes",
]);

const isDeployment = (value: Node | null | undefined): boolean =>
  isScalar(value) ||
  (isMap<Node>(value) &&
    value.has("name") &&
    value.items.every(({ key }) => deploymentWords.has(textOf(key))));

function readEnv(given: Node | null | undefined, around: Surroundings, found: Assignment[]): void {
  if (around.depth > deepest) return;
  const resolved = (node: unknown): unknown => (isAlias(node) ? node.resolve(around.document) : node);
  const value = resolved(given);
  const add = (name: string, own: unknown): void => {
    const node = resolved(own);
    if (!isScalar(node) || node.value === null || name === "") return;
    const { scope, service, deployment, isSecret, counter } = around;
    const offset = node.range?.[0];
    const line = offset === undefined ? null : counter.linePos(offset).line;
    const text = textOf(node);
    found.push({ name, value: isSecret ? decode(text) : text, line, scope, service, deployment });
  };
  if (isMap<Node, Node>(value)) {
    for (const { key, value: own } of value.items) {
      const name = textOf(key);
      // What an anchor elsewhere holds is part of this map.
      if (name === "<<") {
        const merged = resolved(own);
        for (const one of isSeq<Node>(merged) ? merged.items : [own])
          readEnv(one, { ...around, depth: around.depth + 1 }, found);
        continue;
      }
      const node = resolved(own);
      // GitLab: NAME: { value: …, description: … }
      add(name, isMap(node) ? node.get("value", true) : node);
    }
  } else if (isSeq<Node>(value)) {
    for (const item of value.items.map(resolved)) {
      if (isMap(item)) add(textOf(item.get("name", true)), item.get("value", true));
      else if (isScalar(item) && typeof item.value === "string") {
        const [, name = "", text = ""] = /^([\w.-]+)=([\s\S]*)$/.exec(item.value) ?? [];
        add(name, Object.assign(item.clone(), { value: text, range: item.range }));
      }
    }
  }
}

// Kubernetes writes the values of a Secret's data in base64.
const decode = (text: string): string => Buffer.from(text, "base64").toString("utf8");

function textOf(node: unknown): string {
  const value = isScalar(node) ? node.value : null;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
