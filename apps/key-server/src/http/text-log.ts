import { Transform, type Writable } from "node:stream";

const levels: Readonly<Record<number, string>> = { 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR" };
const hidden = new Set(["level", "time", "pid", "hostname", "msg"]);

/** Writes a log of JSON lines as text for people: time, level, message, then the facts. */
export function makeTextLog(target: Writable): Writable {
  const lines = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, String(chunk).split("\n").filter(Boolean).map(textOf).join(""));
    },
  });
  lines.pipe(target, { end: false });
  return lines;
}

function textOf(line: string): string {
  const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const at = new Date(Number(entry["time"])).toISOString();
  const facts = Object.entries(entry)
    .filter(([name, value]) => !hidden.has(name) && value !== undefined)
    .map(([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const text = `${at} ${levels[Number(entry["level"])] ?? ""} ${String(entry["msg"])}${facts.join("")}`;
  return `${text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "?")}\n`;
}
