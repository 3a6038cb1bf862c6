import { makeIdTable } from "./id-table.ts";
import { makeNameTable } from "./name-table.ts";

/** A wanted entry of a tree. */
export interface WantedEntry {
  /** Bytes as git stores them. */
  readonly name: Buffer;
  /** Octal, as git writes it in a difference; 40000 for a folder with a wanted name, all of which is wanted. */
  readonly mode: string;
  readonly id: string;
}

/**
 * Keeps of the trees of a history where wanted entries are, and which folders lead to others: eight bytes for each folder in
 * each tree, and next to nothing for files.
 */
export interface TreeLinks {
  /** Asks for blobs with this id; of trees that are here already nothing more becomes known. */
  wantId(id: string): void;
  /** Takes a tree, in any order. Once is enough. */
  add(id: Buffer, tree: Buffer): void;
  /** Gives the number of a tree, which has to be here in the end. */
  require(id: Buffer): number;
  /** Lists up to so many trees that have to be here, or are in one, and were not added. */
  listMissing(most: number): readonly string[];
  /**
   * Whether everything is as git writes it and not too much; what is not cannot be listed. Asked when no more is added.
   */
  settle(): boolean;
  readonly entries: readonly WantedEntry[];
  /**
   * Lists the wanted entries below a tree in its order, with all of the path; folders that an earlier call listed at the same
   * path are left out. False where that goes deeper than any history.
   */
  list(tree: number, visit: (path: Buffer, entry: WantedEntry) => void): boolean;
}

/** Of more, git looks the wanted entries up. */
const mostLinks = 2 ** 22;
// To grow in one piece would hold all of them twice.
const pieceLinks = 2 ** 15;
const deepest = 200;

const folderSort = 0o040000;
const sortMask = 0o170000;
// Two numbers are one: there are fewer trees and names than this.
const numbers = 2 ** 24;
const slash = Buffer.from("/");

export function makeTreeLinks(hashBytes: number, names: readonly Buffer[] = []): TreeLinks {
  const trees = makeIdTable(hashBytes);
  const folderNames = makeNameTable();
  const wantedIds = new Set<string>();
  // Of an id that begins like none of them, no string is made.
  const beginnings = new Uint8Array(65_536);
  const wantedNames = new Set(names.map((name) => name.toString("latin1")));
  const wantedLengths = new Set(names.map(({ length }) => length));
  const entries: WantedEntry[] = [];
  /** Of each tree where its links begin and end; -1 for one that was not added. */
  let spans = new Int32Array(2048).fill(-1);
  /** Of each link what it leads to, a tree or the complement of a wanted entry, and the number of the folder's name. */
  const links: Int32Array[] = [];
  let linkCount = 0;
  let isKnown = true;
  let leads = new Uint8Array(0);
  const listed = new Set<number>();
  const folders = new Map<number, number>();
  const paths: Buffer[] = [Buffer.alloc(0)];

  const numberOf = (bytes: Buffer, at: number): number => {
    const number = trees.numberOf(bytes, at);
    if (2 * number >= spans.length) spans = grown(spans);
    return number;
  };
  const link = (target: number, name: number): void => {
    const piece = (links[Math.floor(linkCount / pieceLinks)] ??= new Int32Array(2 * pieceLinks));
    const at = 2 * (linkCount % pieceLinks);
    piece[at] = target;
    piece[at + 1] = name;
    linkCount += 1;
  };
  const pieceOf = (at: number): Int32Array | undefined => links[Math.floor(at / pieceLinks)];
  const targetOf = (at: number): number => pieceOf(at)?.[2 * (at % pieceLinks)] ?? 0;
  const nameOf = (at: number): number => pieceOf(at)?.[2 * (at % pieceLinks) + 1] ?? 0;
  /** Links a wanted entry or a folder; gives where the entry ends, -1 where none begins. */
  const addEntry = (tree: Buffer, start: number): number => {
    let mode = 0;
    let at = start;
    for (let byte = tree[at] ?? 0; byte !== 0x20; byte = tree[at] ?? 0) {
      if (byte < 0x30 || byte > 0x37 || at - start >= 7) return -1;
      mode = mode * 8 + byte - 0x30;
      at += 1;
    }
    const nameAt = at + 1;
    at = nameAt;
    while (at < tree.length && tree[at] !== 0) at += 1;
    const idAt = at + 1;
    const end = idAt + hashBytes;
    if (at === nameAt || nameAt - start < 6 || end > tree.length) return -1;
    const isFolder = (mode & sortMask) === folderSort;
    const isWanted =
      (!isFolder &&
        beginnings[((tree[idAt] ?? 0) << 8) | (tree[idAt + 1] ?? 0)] === 1 &&
        wantedIds.has(tree.toString("hex", idAt, end))) ||
      (wantedLengths.has(at - nameAt) && wantedNames.has(tree.toString("latin1", nameAt, at)));
    if (isWanted) {
      const name = Buffer.from(tree.subarray(nameAt, at));
      link(~entries.length, 0);
      entries.push({ name, mode: writtenMode(mode), id: tree.toString("hex", idAt, end) });
    } else if (isFolder) link(numberOf(tree, idAt), folderNames.numberOf(tree, nameAt, at));
    return end;
  };
  /** Marks the trees that lead to something wanted; false where that takes too long. */
  const markLeads = (): boolean => {
    leads = new Uint8Array(trees.count());
    // Each round is a folder deeper, at most.
    for (let round = 0; round < deepest; round += 1) {
      let isChanged = false;
      for (let tree = 0; tree < leads.length; tree += 1) {
        if (leads[tree] === 1 || !doesLead(tree)) continue;
        leads[tree] = 1;
        isChanged = true;
      }
      if (!isChanged) return true;
    }
    return false;
  };
  const doesLead = (tree: number): boolean => {
    const end = spans[2 * tree + 1] ?? 0;
    for (let at = spans[2 * tree] ?? 0; at < end; at += 1) {
      const target = targetOf(at);
      if (target < 0 || leads[target] === 1) return true;
    }
    return false;
  };
  const folderIn = (folder: number, name: number): number => {
    const key = folder * numbers + name;
    const known = folders.get(key);
    if (known !== undefined) return known;
    folders.set(key, paths.length);
    return paths.push(Buffer.concat([paths[folder] ?? slash, folderNames.nameOf(name), slash])) - 1;
  };
  const listIn = (
    tree: number,
    folder: number,
    depth: number,
    visit: Parameters<TreeLinks["list"]>[1],
  ): boolean => {
    const key = folder * numbers + tree;
    if (leads[tree] !== 1 || listed.has(key)) return true;
    if (depth > deepest) return false;
    listed.add(key);
    const end = spans[2 * tree + 1] ?? 0;
    for (let at = spans[2 * tree] ?? 0; at < end; at += 1) {
      const target = targetOf(at);
      const entry = target < 0 ? entries[~target] : undefined;
      if (entry !== undefined) visit(Buffer.concat([paths[folder] ?? slash, entry.name]), entry);
      else if (leads[target] === 1) {
        const isListed = listIn(target, folderIn(folder, nameOf(at)), depth + 1, visit);
        if (!isListed) return false;
      }
    }
    return true;
  };
  return {
    entries,
    wantId(id) {
      wantedIds.add(id);
      beginnings[Number.parseInt(id.slice(0, 4), 16)] = 1;
    },
    add(id, tree) {
      if (!isKnown) return;
      const number = numberOf(id, 0);
      if (spans[2 * number] !== -1) return;
      spans[2 * number] = linkCount;
      for (let at = 0; at < tree.length && isKnown;) {
        at = addEntry(tree, at);
        if (at === -1 || linkCount > mostLinks) isKnown = false;
      }
      spans[2 * number + 1] = linkCount;
    },
    require: (id) => numberOf(id, 0),
    listMissing(most) {
      const missing: string[] = [];
      for (let tree = 0; tree < trees.count() && missing.length < most; tree += 1)
        if (spans[2 * tree] === -1) missing.push(trees.idOf(tree));
      return missing;
    },
    settle: () => isKnown && markLeads(),
    list: (tree, visit) => listIn(tree, 0, 0, visit),
  };
}

/** Gives the same pairs with half as many behind them. To take their memory would slow down all that reads numbers. */
function grown(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * Math.ceil((numbers.length / 2) * 1.5));
  more.set(numbers);
  return more.fill(-1, numbers.length);
}

/** Gives what git makes of a mode, since old trees have others. */
export function writtenMode(mode: number): string {
  switch (mode & sortMask) {
    case 0o100000:
      return (mode & 0o100) === 0 ? "100644" : "100755";
    case 0o120000:
      return "120000";
    case folderSort:
      return "40000";
    default:
      return "160000";
  }
}
