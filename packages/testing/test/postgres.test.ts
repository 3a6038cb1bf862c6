import { existsSync } from "node:fs";
import { connect } from "node:net";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { findPostgres, startPostgres } from "@keywarden/testing";

const found = findPostgres();
const note = "missing" in found ? ` (skipped: ${found.missing})` : "";

async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe.skipIf(note !== "")(`a test's own PostgreSQL${note}`, () => {
  it("answers on loopback until it is stopped, and leaves nothing behind", async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    expect(new URL(server.url).hostname).toBe("127.0.0.1");
    expect(await answers(server.url)).toBe(true);
    await server.restart();
    expect(await answers(server.url)).toBe(true);
    await server.stop();
    expect(await answers(server.url)).toBe(false);
    expect(existsSync(server.directory)).toBe(false);
  });

  it("does not get in the way of another one", async () => {
    const [one, two] = await Promise.all([startPostgres(), startPostgres()]);
    onTestFinished(async () => void (await Promise.all([one.stop(), two.stop()])));
    expect(one.url).not.toBe(two.url);
    expect(await Promise.all([answers(one.url), answers(two.url)])).toEqual([true, true]);
  });
});
