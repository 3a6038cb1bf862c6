import { builtInProviders, type ProviderProfile } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { makeKey, makeRandom, sha256 } from "@keywarden/testing";
import { gigabytesPerSecond, type Section, times } from "./report.ts";
import { median, medianRatio, timeInTurns } from "./statistics.ts";

const sizeBytes = 64 * 1024 * 1024;

/** How fast the matcher passes over bytes, next to one `Buffer.indexOf` over the same bytes. */
export async function benchMatcher(): Promise<Section> {
  const scanner = makeScanner({ providers: builtInProviders, sha256 });
  const clean = sourceLikeText(sizeBytes);
  const random = makeRandom(7)(1024 * 1024);
  const noise = Buffer.concat(Array.from({ length: 64 }, () => random));
  const [provider] = builtInProviders;
  if (provider === undefined) throw new Error("no built-in providers");
  const planted = Buffer.from(clean);
  for (let at = 100_000; at < planted.length - 100; at += 1_000_000) {
    planted.write(
      ` ${makeKey(provider, { kind: "secret", environment: "production" }, at).reveal()} `,
      at,
      "latin1",
    );
  }
  const digits = Buffer.from(noise.subarray(0, (sizeBytes / 4) * 3).toString("base64"));
  const many = makeScanner({ providers: [...builtInProviders, ...ownFormats(provider, 200)], sha256 });
  const scan = (bytes: Uint8Array) => () => scanner.scanBytes(bytes);
  const samples = await timeInTurns(
    {
      floor: () => clean.indexOf("no such text in here"),
      clean: scan(clean),
      noise: scan(noise),
      planted: scan(planted),
      digits: scan(digits),
      many: () => many.scanBytes(clean),
    },
    9,
  );
  const row = (measure: string, name: keyof typeof samples) => ({
    measure,
    value: gigabytesPerSecond(sizeBytes, median(samples[name])),
    compared:
      name === "floor" ? "" : `${times(medianRatio(samples[name], samples.floor))} one Buffer.indexOf`,
  });
  return {
    title: "Matcher",
    method: `64 MiB in memory, one core, every view, all five providers; median of 9 rounds in turns.`,
    rows: [
      row("one Buffer.indexOf, the floor", "floor"),
      row("source-like text without an anchor", "clean"),
      row("random bytes", "noise"),
      row("source-like text, one key per MB", "planted"),
      row("base64 of random bytes", "digits"),
      row("source-like text, 200 more formats of different prefixes", "many"),
    ],
  };
}

function sourceLikeText(size: number): Buffer {
  const line =
    "  const total_price = await store.live_orders(customer_id, { test_mode: false, retries: 3 });\n";
  return Buffer.alloc(size, line.repeat(40) + "export function next_page(sk, live) { return sk + live }\n\n");
}

function ownFormats(template: ProviderProfile, count: number): readonly ProviderProfile[] {
  return Array.from({ length: count }, (_, index) => {
    const letters = Array.from(makeRandom(index + 1)(6), (byte) => String.fromCharCode(97 + (byte % 26)));
    const formats = template.formats
      .slice(0, 1)
      .map((format) => ({ ...format, prefix: `${letters.join("")}_` }));
    return { ...template, id: `own-${index}`, name: `Own ${index}`, formats };
  });
}
