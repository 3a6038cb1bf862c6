import { basename } from "node:path";
import { expect, it } from "vitest";
import { generatedFiles, isCurrent } from "./generated.ts";

it.each(generatedFiles.map((file) => [basename(file.path), file] as const))(
  "%s is what its sources make",
  async (_name, file) => {
    expect(await isCurrent(file), "npm run generate -w packages/scan writes it anew").toBe(true);
  },
);
