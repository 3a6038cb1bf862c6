import { readFileSync } from "node:fs";

// The kernel counts in ticks, a hundred a second on every Linux that Node runs on.
const msPerTick = 10;

/** Processor time that another process has used so far, in milliseconds; null where the system does not tell it so. */
export function processorMs(processId: number): number | null {
  const text = read(`/proc/${processId}/stat`);
  if (text === null) return null;
  const [user = 0, system = 0] = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) * msPerTick;
}

/** The most memory that another process ever had resident, in bytes; null where the system does not tell it so. */
export function peakResidentBytes(processId: number): number | null {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${processId}/status`) ?? "")?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
