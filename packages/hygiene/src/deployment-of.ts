import type { Deployment } from "./key-facts.ts";

const words: Readonly<Record<string, Deployment>> = {
  production: "production",
  prod: "production",
  live: "production",
  staging: "staging",
  stage: "staging",
  preview: "staging",
  preprod: "staging",
  uat: "staging",
  sandbox: "staging",
  development: "development",
  develop: "development",
  dev: "development",
  local: "development",
  test: "test",
  testing: "test",
  tests: "test",
  e2e: "test",
  ci: "ci",
  pipeline: "ci",
};

/** Understands the usual words for what a location is for, in any case; `null` for a word that says nothing. */
export function deploymentOf(word: string): Deployment | null {
  const wanted = word.trim().toLowerCase();
  return Object.hasOwn(words, wanted) ? (words[wanted] ?? null) : null;
}
