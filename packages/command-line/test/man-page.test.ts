import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { renderManPage } from "../src/index.ts";
import { greeter } from "./greeter.ts";

const hasMandoc = spawnSync("mandoc", ["-V"]).error === undefined;
const hasGroff = spawnSync("groff", ["--version"]).error === undefined;

test("a manual page names every command and flag, and no line is taken for a macro", async () => {
  const page = await renderManPage(greeter);
  for (const words of ["greeter greet", "\\-\\-also\\-to", "like a friend", "EXIT STATUS", "KEYWARDEN_PORT"])
    expect(page).toContain(words);
  const macros = page.split("\n").filter((line) => /^[.']/.test(line));
  expect(macros.filter((line) => !/^\.(TH|SH|SS|TP|PP|br|B)( |$)/.test(line))).toEqual([]);
});

test.skipIf(!hasMandoc)("mandoc finds nothing wrong with it", async () => {
  const { stdout } = spawnSync("mandoc", ["-T", "lint", "-W", "error"], {
    input: await renderManPage(greeter),
  });
  expect(stdout.toString()).toBe("");
});

test.skipIf(!hasGroff)("groff sets it without a warning", async () => {
  const { status, stderr } = spawnSync("groff", ["-man", "-ww", "-Tutf8"], {
    input: await renderManPage(greeter),
  });
  expect([status, stderr.toString()]).toEqual([0, ""]);
});
