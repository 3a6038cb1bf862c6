import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { openSink } from "@keywarden/rotation";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { contextIn, delivery, newKey } from "./sink-folder.ts";

/** Puts a real program named kubectl on the PATH that keeps what it is given. */
function withKubectl(directory: string, ending = "exit 0") {
  const folder = join(directory, "bin");
  mkdirSync(folder);
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" > "$OUT/args"\ncat > "$OUT/stdin"\n${ending}\n`;
  writeFileSync(join(folder, "kubectl"), script, { mode: 0o755 });
  const PATH = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
  return contextIn(directory, { PATH, OUT: directory });
}

describe("the Kubernetes sink", () => {
  test("applies a manifest with one entry, on standard input, as an owner of that entry alone", async () => {
    using directory = makeTemporaryDirectory();
    const sink = openSink("kubernetes:shop/billing#API_KEY", withKubectl(directory.path));
    expect(await sink.deliver(newKey, delivery)).toBe("applied API_KEY to secret billing in shop");
    const args = readFileSync(join(directory.path, "args"), "utf8");
    expect(args.trim().split("\n")).toEqual([
      "apply",
      "--server-side",
      "--field-manager=keywarden-API_KEY",
      "--filename=-",
    ]);
    const manifest = JSON.parse(readFileSync(join(directory.path, "stdin"), "utf8")) as {
      readonly data: Readonly<Record<string, string>>;
    };
    expect(manifest).toMatchObject({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "billing", namespace: "shop" },
    });
    expect(Object.keys(manifest.data)).toEqual(["API_KEY"]);
    expect(Buffer.from(manifest.data["API_KEY"] ?? "", "base64").toString() === newKey.reveal()).toBe(true);
  });

  test("leaves an entry to the manager that has it, and says how to take it", async () => {
    using directory = makeTemporaryDirectory();
    const target = "kubernetes:shop/billing#API_KEY";
    const ending = "echo 'Apply failed with 1 conflict: conflict with \"argocd\": .data.API_KEY' >&2; exit 1";
    const sink = openSink(target, withKubectl(directory.path, ending));
    await expect(sink.deliver(newKey, delivery)).rejects.toMatchObject({
      code: "SINK_REFUSED",
      message: expect.stringMatching(/belongs to another field manager: .*argocd.*--to '.*!force'/),
    });
  });

  test("takes the entry from its manager when it is told to", async () => {
    using directory = makeTemporaryDirectory();
    const sink = openSink("kubernetes:shop/billing#API_KEY!force", withKubectl(directory.path));
    await sink.deliver(newKey, delivery);
    const args = readFileSync(join(directory.path, "args"), "utf8").split("\n");
    expect(args.filter((arg) => arg.includes("force"))).toEqual(["--force-conflicts"]);
    expect(args).toContain("--field-manager=keywarden-API_KEY");
  });

  test("asks beforehand whether it may", async () => {
    using directory = makeTemporaryDirectory();
    const sink = openSink(
      "kubernetes:shop/billing#API_KEY",
      withKubectl(directory.path, "echo no >&2; exit 1"),
    );
    await expect(sink.check()).rejects.toThrow("may not patch secrets in shop (status 1): no");
    expect(readFileSync(join(directory.path, "args"), "utf8").split("\n").slice(0, 3)).toEqual([
      "auth",
      "can-i",
      "patch",
    ]);
  });

  test("does not show the key when kubectl repeats the manifest", async () => {
    using directory = makeTemporaryDirectory();
    const ending = 'cat "$OUT/stdin" >&2; exit 1';
    const sink = openSink("kubernetes:shop/billing#API_KEY", withKubectl(directory.path, ending));
    const error = await sink.deliver(newKey, delivery).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SINK_REFUSED" });
    assertNoKey(String(error), [newKey]);
  });

  test("tries again later when the cluster cannot be reached", async () => {
    using directory = makeTemporaryDirectory();
    const ending = "echo 'Unable to connect to the server: connection refused' >&2; exit 1";
    const sink = openSink("kubernetes:shop/billing#API_KEY", withKubectl(directory.path, ending));
    await expect(sink.deliver(newKey, delivery)).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  });

  test("says so when there is no kubectl", async () => {
    using directory = makeTemporaryDirectory();
    const sink = openSink("kubernetes:shop/billing#A", contextIn(directory.path, { PATH: directory.path }));
    await expect(sink.check()).rejects.toThrow(
      "kubectl cannot be started: there is no such file or folder; is it on the PATH?",
    );
  });

  test.each([
    "kubernetes:billing#A",
    "kubernetes:Shop/billing#A",
    "kubernetes:a/b/c#A",
    "kubernetes:a/--b#A",
  ])("refuses %s", (target) => {
    expect(() => openSink(target, contextIn("/"))).toThrow("must be written as kubernetes:");
  });
});
