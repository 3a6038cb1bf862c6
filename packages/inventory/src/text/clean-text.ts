/* Server strings are untrusted: Ink passes SGR colours, newlines and bidirectional overrides through, so they are removed here. */

// Control characters are what this file is about.
/* oxlint-disable eslint/no-control-regex */

// ECMA-48 control strings (OSC, DCS, SOS, PM, APC) with their terminator, then CSI, then any two-character escape.
const controlStrings =
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?/g;
const controlSequences = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?/g;
const escapes = /\u001B[ -/]*[0-~]?/g;
const lineBreaks = /[\t-\r\u0085\u2028\u2029]+/g;
const invisible =
  // eslint-disable-next-line no-misleading-character-class
  /[\u0000-\u0008\u000E-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu;
const piledMarks = /(\p{M}{2})\p{M}+/gu;
const needsCleaning = /[^\u0020-\u007E]/;

/** Gives text that is safe to put in one terminal line: no control, escape, bidirectional or zero-width characters. */
export function cleanText(text: string): string {
  if (!needsCleaning.test(text)) return text;
  return text
    .toWellFormed()
    .replace(controlStrings, "")
    .replace(controlSequences, "")
    .replace(escapes, "")
    .replace(lineBreaks, " ")
    .replace(invisible, "")
    .replace(piledMarks, "$1");
}
