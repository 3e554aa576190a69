/** What a number was over several seeds. */
export interface Summary {
  readonly mean: number;
  /** Standard deviation over seeds, n − 1 in the denominator. */
  readonly deviation: number;
}

export function summarize(values: readonly number[]): Summary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

/** `0.111 ± 0.028`. */
export function withDeviation({ mean, deviation }: Summary, digits = 3): string {
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}

/** `+0.021`, `−0.003`. */
export function signed(value: number, digits = 3): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** A Markdown table, columns padded so that it reads well as it is. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, j) =>
    Math.max(name.length, ...rows.map((row) => row[j]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, j) => cell.padEnd(widths[j]!)).join(' | ')} |\n`;
  return (
    line(header) +
    line(widths.map((width) => '-'.repeat(width))) +
    rows.map((row) => line(row)).join('')
  );
}
