import { isAr, readAr } from "./ar.ts";
import { isCpio, readCpio } from "./cpio.ts";
import { isGzip, readGzip } from "./gzip.ts";
import type { Inflate } from "./inflate.ts";
import type { Packed } from "./packed.ts";
import { isRpm, readRpm } from "./rpm.ts";
import { readTar } from "./tar.ts";
import { isTar } from "./tar-reader.ts";
import { endsAsZip, isZip, readZip } from "./zip.ts";
import { isZlib, readZlib } from "./zlib.ts";
import { isZstd, readZstd } from "./zstd.ts";

/** A form of file that holds others and that is opened. */
export interface ArchiveForm {
  readonly starts: (bytes: Buffer) => boolean;
  /** Lists what a file of this form holds; `null` if it is none after all. */
  readonly list: (bytes: Buffer, inflate: Inflate, mostBytes: number) => readonly Packed[] | null;
  /** Whether its files stand in it as they are, so that nothing has to be unpacked. */
  readonly isFlat: boolean;
}

const forms: readonly ArchiveForm[] = [
  { starts: isZip, list: readZip, isFlat: false },
  { starts: isGzip, list: readGzip, isFlat: false },
  { starts: isZlib, list: readZlib, isFlat: false },
  { starts: isZstd, list: readZstd, isFlat: false },
  { starts: isTar, list: readTar, isFlat: true },
  { starts: isAr, list: readAr, isFlat: true },
  { starts: isCpio, list: readCpio, isFlat: true },
  { starts: isRpm, list: readRpm, isFlat: true },
  // The last, because whatever holds a zip archive at its end ends like one.
  { starts: endsAsZip, list: readZip, isFlat: false },
];

/** Gives the form in which these bytes seem to hold files; `null` if none that is opened. */
export function archiveFormOf(bytes: Buffer): ArchiveForm | null {
  return forms.find(({ starts }) => starts(bytes)) ?? null;
}
