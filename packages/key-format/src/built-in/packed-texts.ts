/**
 * Texts, each with a note, in a form that is ready to be searched with: nothing is made of it first. Of every character of a
 * text the code is below 256, and neither 0 nor 1.
 */
export interface PackedTexts {
  /** Whether a text begins with three characters of a hash: six hashes in each character. */
  readonly leads: string;
  /** In order, so that those that begin alike stand together. */
  readonly entries: string;
}

const leadSize = 3;
const hashBits = 16;
const perCharacter = 6;
const firstCharacter = 0x30;
const [beforeText, beforeNote] = ["\0", "\u0001"];

/** Packs texts of three characters or more with their notes. */
export function packTexts(notes: ReadonlyMap<string, string>): PackedTexts {
  const leads = new Uint8Array(Math.ceil(2 ** hashBits / perCharacter));
  for (const text of notes.keys()) {
    if (text.length < leadSize) throw new Error(`${text} is too short to be searched for`);
    const hash = hashAt(text, 0);
    const at = Math.floor(hash / perCharacter);
    leads[at] = (leads[at] ?? 0) | (1 << (hash % perCharacter));
  }
  const entries = [...notes].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    leads: String.fromCharCode(...leads.map((bits) => bits + firstCharacter)),
    entries: entries.map(([text, note]) => beforeText + text + beforeNote + note).join("") + beforeText,
  };
}

/** Visits every occurrence of every text; those that begin at one location in the order of their characters. */
export function findTexts(
  within: string,
  { leads, entries }: PackedTexts,
  visit: (at: number, text: string, note: string) => void,
): void {
  for (let at = 0; at + leadSize <= within.length; at += 1) {
    const hash = hashAt(within, at);
    const bits = leads.charCodeAt(Math.floor(hash / perCharacter)) - firstCharacter;
    if (((bits >> (hash % perCharacter)) & 1) === 1) findAt(within, at, entries, visit);
  }
}

function findAt(
  within: string,
  at: number,
  entries: string,
  visit: (at: number, text: string, note: string) => void,
): void {
  const lead = beforeText + within.slice(at, at + leadSize);
  let entry = entries.indexOf(lead);
  while (entry !== -1 && entries.startsWith(lead, entry)) {
    const note = entries.indexOf(beforeNote, entry);
    const end = entries.indexOf(beforeText, note);
    const text = entries.slice(entry + 1, note);
    if (within.startsWith(text, at)) visit(at, text, entries.slice(note + 1, end));
    entry = end;
  }
}

function hashAt(text: string, at: number): number {
  const lead = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8) | (text.charCodeAt(at + 2) << 16);
  return Math.imul(lead, 0x9e3779b1) >>> (32 - hashBits);
}
