import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";

const blobBytes = 1_000_000;

/** Fills the branch `main` of a bare repository with files that no compression makes smaller. */
export async function fillWithNoise(directory: string, sizeBytes: number): Promise<void> {
  const args = ["-c", "core.compression=0", "fast-import", "--quiet", "--depth=0"];
  const child = spawn("git", args, { cwd: directory, stdio: ["pipe", "ignore", "inherit"] });
  const closed = once(child, "close");
  const write = async (bytes: Uint8Array | string): Promise<void> => {
    if (!child.stdin.write(bytes)) await once(child.stdin, "drain");
  };
  const noise = randomBytes(blobBytes);
  await write("commit refs/heads/main\ncommitter Dana <dana@example.com> 1770000000 +0000\ndata 4\nbulk\n");
  for (let index = 0; index * blobBytes < sizeBytes; index += 1) {
    // Each differs from the others, and making all of it anew would take longer than the rest.
    noise.writeUInt32BE(index);
    await write(`M 100644 inline part-${index}.bin\ndata ${blobBytes}\n`);
    await write(Buffer.from(noise));
    await write("\n");
  }
  child.stdin.end();
  const [status] = (await closed) as [number | null];
  if (status !== 0) throw new Error(`git fast-import ended with ${status}`);
}
