import { readdirSync, readFileSync } from "node:fs";

// The kernel counts in ticks, a hundred a second on every Linux that Node runs on.
const msPerTick = 10;

/**
 * Processor time that another process and those that it started have used so far, in milliseconds; null where the
 * system does not tell it so.
 */
export function processorMs(processId: number): number | null {
  const own = statOf(processId);
  if (own === null) return null;
  const usedMs = threadsMs(processId) ?? own.usedMs;
  return usedMs + childrenOf(processId).reduce((sum, child) => sum + (processorMs(child) ?? 0), 0);
}

/** The most memory that another process ever had resident, in bytes; null where the system does not tell it so. */
export function peakResidentBytes(processId: number): number | null {
  return bytesOf(processId, "VmHWM");
}

/** The memory that another process has resident now, likewise. */
export function residentBytes(processId: number): number | null {
  return bytesOf(processId, "VmRSS");
}

function bytesOf(processId: number, name: string): number | null {
  const text = read(`/proc/${processId}/status`) ?? "";
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function childrenOf(processId: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => statOf(one)?.parent === processId);
}

/** The scheduler's own account, which is exact; null where the kernel keeps none. */
function threadsMs(processId: number): number | null {
  const threads = readdirSync(`/proc/${processId}/task`);
  const texts = threads.map((thread) => read(`/proc/${processId}/task/${thread}/schedstat`));
  // Of a thread that has just ended nothing is left to read.
  const usedNs = texts.map((text) => Number(text?.split(" ", 1)[0] ?? 0));
  const sumNs = usedNs.reduce((sum, one) => sum + one, 0);
  return sumNs === 0 ? null : sumNs / 1e6;
}

function statOf(processId: number): { readonly parent: number; readonly usedMs: number } | null {
  const text = read(`/proc/${processId}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  return { parent: Number(fields[1]), usedMs: (user + system) * msPerTick };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
