import { createRedactor, type Scanner } from "@keywarden/scan";

/** Gives the text with every key that this scanner finds in it, and all that starts like one, in its redacted form. */
export function maskKeys(bytes: Buffer, scanner: Scanner): Buffer {
  const redactor = createRedactor({ providers: scanner.providers });
  return Buffer.concat([redactor.push(maskFound(bytes, scanner)), redactor.flush()]);
}

// A scan also finds what only a name beside it tells, and keys of several parts in base64, which the redactor lets pass.
function maskFound(bytes: Buffer, scanner: Scanner): Buffer {
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const { start, end, format, redacted, verdict } of scanner.scanBytes(bytes)) {
    if (format === undefined || verdict === "placeholder" || start < done) continue;
    parts.push(bytes.subarray(done, start), Buffer.from(redacted));
    done = end;
  }
  return Buffer.concat([...parts, bytes.subarray(done)]);
}
