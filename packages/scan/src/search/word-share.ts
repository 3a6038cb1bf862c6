import { byteShares } from "./byte-share.ts";

// Of source text, how many bits it takes to say which letter follows, where nine is as rare as any: a row for what
// precedes, no letter first and then `a` to `z`, and a digit for what follows in the same order.
const followers = [
  "056565577579766669554777999",
  "385449759477343949332566669",
  "227672899539387386557399949",
  "338593893694479189462599979",
  "148851989378565489656399969",
  "248446579899553765234976469",
  "237984589299466297466399959",
  "159992965399575499445589989",
  "229981999399778399573499999",
  "556444449998342359433969796",
  "448881999798899478918485999",
  "149871468399785669648698989",
  "238842588298379379944469959",
  "225771989399658339946699979",
  "248433439596786469932559979",
  "365449569686532549254355899",
  "339862998498379349343499959",
  "289959989799699899966087889",
  "249652769396654399444559959",
  "159582875597788449742598969",
  "149682893399689359445598759",
  "554563669499342949223989999",
  "328891989299989499989799999",
  "228773984299794399446995999",
  "249495989499979919892899669",
  "078876989799563429544898889",
  "238761968488666289965486666",
].map((row) => Array.from(row, Number));

// Pairs of letters do not tell that a word is common.
const commonWords =
  "test const string return error type this name config expect from client with path require import " +
  "self response order file data create code https request context equal assert await default func " +
  "true time json options item async value module function server false status stream object " +
  "provider user expected method http mock service that should record export example types body " +
  "node check headers shipping title header product testing items list result timeout message " +
  "domain token admin account line update have zone array base root query content null index number " +
  "reply step auth text info second description source class defer target global length commit fast " +
  "delete will input python workflow route version docs when files handler make strict schema " +
  "promise tests batch package match else copyright read done found case store internal link custom " +
  "address state option snapshot wait modules start none created license close write throw change " +
  "after port cookie each next before build your output gateway parse customer property resolve " +
  "lines cache only errors undefined cluster exports total first payload mode secret send directory " +
  "called model application configuration password count describe region byte using action struct " +
  "boolean range";
const inCommonWord = 2e-4;
const piecesOfWords: ReadonlySet<number> = new Set(
  commonWords
    .split(" ")
    .flatMap((word) =>
      Array.from({ length: word.length - 3 }, (_, start) => pieceOf(Buffer.from(word), start)),
    ),
);

// The case of the first letter does not count.
function pieceOf(bytes: Uint8Array, offset: number): number {
  const behind = ((bytes[offset + 2] ?? 0) << 16) | ((bytes[offset + 3] ?? 0) << 24);
  return (bytes[offset] ?? 0) | 0x20 | ((bytes[offset + 1] ?? 0) << 8) | behind;
}

const bitsOfByte = byteShares.map((share) => -Math.log2(share));

const letterCount = 26;
const wordBytes = 4;
const capitalBits = 3;
const caseBits = 1;
const againBits = 2;

/** Gives 1 for `a` or `A` to 26, and 0 for every other byte. */
function letterOf(byte: number): number {
  const letter = (byte | 0x20) - 0x60;
  return byte >= 0x41 && letter >= 1 && letter <= letterCount ? letter : 0;
}

const isCapital = (byte: number): boolean => byte < 0x60;

/** Gives roughly how much of source text has these four bytes, or the fewer that there are from the offset on. */
export function wordShare(bytes: Uint8Array, offset: number): number {
  const end = Math.min(bytes.length, offset + wordBytes);
  let bits = 0;
  for (let index = offset; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    const letter = letterOf(byte);
    const before = index === offset ? 0 : (bytes[index - 1] ?? 0);
    if (letter === 0) {
      // Rules are drawn with hyphens and equals signs.
      bits += byte === before ? againBits : (bitsOfByte[byte] ?? 0);
      continue;
    }
    const followed = letterOf(before);
    if (isCapital(byte)) bits += followed !== 0 && isCapital(before) ? caseBits : capitalBits;
    // A capital behind a small letter begins a word.
    const isWithin = followed !== 0 && (isCapital(before) || !isCapital(byte));
    bits +=
      index === offset ? (bitsOfByte[byte | 0x20] ?? 0) : (followers[isWithin ? followed : 0]?.[letter] ?? 0);
  }
  return 2 ** -bits + (piecesOfWords.has(pieceOf(bytes, offset)) ? inCommonWord : 0);
}
