/** A text in lines of at most `width` characters, all indented alike. */
export function wrapped(text: string, indent = '  ', width = 96): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].map((each) => indent + each).join('\n');
}

/** A bar of up to `width` characters for a share from 0 to 1. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(share * width * 8);
  const rest = ' ▏▎▍▌▋▊▉'[eighths % 8]!;
  return ('█'.repeat(Math.floor(eighths / 8)) + rest.trim()).padEnd(width);
}

/** `p = 0.031`, `p < 0.001`. */
export function pText(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}
