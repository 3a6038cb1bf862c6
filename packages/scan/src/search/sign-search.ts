import type { KeySign } from "./key-signs.ts";

/** Finds the signs that are in bytes, which have one character a byte. */
export type SignSearch = (bytes: string) => ReadonlySet<KeySign>;

const leadSize = 3;

/** Makes the search for these signs: one look a byte, however many they are. */
export function makeSignSearch(signs: readonly KeySign[]): SignSearch {
  const short = signs.filter(({ text }) => text.length < leadSize);
  const byLead = new Map<number, KeySign[]>();
  for (const sign of signs) {
    if (sign.text.length < leadSize) continue;
    const lead = leadAt(sign.text, 0);
    const known = byLead.get(lead);
    if (known === undefined) byLead.set(lead, [sign]);
    else known.push(sign);
  }
  return (content) => {
    const bytes = `\n${content}\n`;
    const met = new Set(short.filter(({ text }) => bytes.includes(text)));
    for (let at = 0; at + leadSize <= bytes.length; at += 1) {
      const some = byLead.get(leadAt(bytes, at));
      if (some === undefined) continue;
      for (const sign of some) if (bytes.startsWith(sign.text, at)) met.add(sign);
    }
    return new Set(
      [...met].filter(({ whole }) => whole === undefined || new RegExp(whole, "m").test(content)),
    );
  };
}

const leadAt = (text: string, at: number): number =>
  text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8) | (text.charCodeAt(at + 2) << 16);
