/** An entry of a tar archive that a test writes. */
export interface WrittenEntry {
  readonly name: string;
  readonly content?: Buffer | string;
  readonly type?: string;
  readonly link?: string;
  /** What the header states, where that is not the content's size. */
  readonly sizeBytes?: number;
  /** Bytes that replace those of the header before its checksum is made, by their place. */
  readonly patch?: Readonly<Record<number, Buffer>>;
}

const blockBytes = 512;

/** Writes a tar archive as POSIX ustar has it, with its end. */
export function tarOf(entries: readonly WrittenEntry[]): Buffer {
  return Buffer.concat([...entries.map(writeEntry), Buffer.alloc(2 * blockBytes)]);
}

/** Writes one entry: header, content, filling. */
export function writeEntry({
  name,
  content = "",
  type = "0",
  link = "",
  sizeBytes,
  patch = {},
}: WrittenEntry): Buffer {
  const bytes = Buffer.from(content as string);
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0, 100, "utf8");
  header.write((sizeBytes ?? bytes.length).toString(8).padStart(11, "0"), 124, "latin1");
  header.write(type, 156, "latin1");
  header.write(link, 157, 100, "utf8");
  header.write("ustar\u000000", 257, "latin1");
  for (const [at, replaced] of Object.entries(patch)) replaced.copy(header, Number(at));
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([
    header,
    bytes,
    Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes),
  ]);
}

/** Writes a pax record with its own length in front. */
export function paxRecord(name: string, value: string): string {
  const rest = ` ${name}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length += 1;
  return `${length}${rest}`;
}
