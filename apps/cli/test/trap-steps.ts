import type { TestRepository } from "@keywarden/testing";
import { live } from "./command.ts";

/** Brings a repository to where a commit is tried. */
export type Prepare = (repository: TestRepository) => unknown;

/** A line that no commit may add. */
export const line = `KEY=${live}\n`;
export const stage =
  (path: string | Buffer, content: string | Uint8Array): Prepare =>
  async (repository) => {
    repository.write(path, content);
    await repository.git("add", "--all");
  };
export const setUp =
  (...steps: readonly Prepare[]): Prepare =>
  async (repository) => {
    for (const step of steps) await step(repository);
  };
export const config =
  (name: string, value: string): Prepare =>
  (repository) =>
    repository.git("config", name, value);
export const committed =
  (path: string, content: string): Prepare =>
  async (repository) => {
    repository.write(path, content);
    await repository.git("add", "--all");
    await repository.git("commit", "-q", "--no-verify", "-m", "before");
  };
