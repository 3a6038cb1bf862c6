// `npm run kills [-- <kills> [SQLite|PostgreSQL]]`: kills the built App that often on each storage and counts what went wrong.
import { fileURLToPath } from "node:url";
import { storagesUnderTest } from "../rig/storages.ts";
import { flawless, killAndCount } from "./kill-and-count.ts";

const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const [count = "200", wanted] = process.argv.slice(2);
const kills = Number(count);
const storages = storagesUnderTest.filter(({ storage }) => wanted === undefined || storage === wanted);
if (!Number.isSafeInteger(kills) || kills < 1 || storages.length === 0) {
  process.stderr.write(
    `usage: npm run kills -- [kills] [storage]; storages here: ${storagesUnderTest.map(({ storage }) => storage).join(", ")}\n`,
  );
  process.exit(2);
}
let status = 0;
for (const { storage, start } of storages) {
  const database = await start();
  try {
    const onKill = (round: number): void => {
      if (round % 20 === 0) process.stderr.write(`${storage}: killed ${round} times\n`);
    };
    const counted = await killAndCount({ program, databaseUrl: database.databaseUrl, kills, onKill });
    const parts = Object.entries(counted).map(
      ([what, number]) =>
        `${what} ${Array.isArray(number) ? `${number.length} (${number.join(", ")})` : number}`,
    );
    process.stdout.write(`${storage}: ${parts.join(", ")}\n`);
    if (JSON.stringify(counted) !== JSON.stringify(flawless(kills))) status = 1;
  } finally {
    await database.stop();
  }
}
process.exit(status);
