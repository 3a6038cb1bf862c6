/** Breaks a paragraph into lines of at most `width` columns; a longer word stands alone. The first line has `lead`. */
export function wrap(text: string, width: number, lead: string): readonly string[] {
  const indent = " ".repeat(lead.length);
  const lines: string[] = [];
  let line = lead;
  for (const word of text.split(" ")) {
    if (line.length + word.length > width && line.trim() !== lead.trim()) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  lines.push(line.trimEnd());
  return lines;
}
