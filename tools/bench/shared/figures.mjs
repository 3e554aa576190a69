// Figures as the benches print them.

/** Least and middle of some times; undefined of none. */
export function summaryOf(times) {
  if (times.length === 0) return undefined;
  const sorted = times.toSorted((a, b) => a - b);
  return { least: sorted[0], spread: sorted[Math.floor(sorted.length / 2)] / sorted[0] };
}

/** The slope of log time over log size by least squares; NaN with fewer than two points. */
export function growthExponent(points) {
  const logs = points.map(([size, time]) => [Math.log(size), Math.log(time)]);
  const mean = (k) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const along = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return along / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** Three digits, or a dash. */
export function show(value) {
  return value === undefined || Number.isNaN(value) ? '–' : Number(value.toPrecision(3)).toString();
}

/** Rows of cells as a Markdown table; the first holds the titles. */
export function markdownTable([titles, ...rows]) {
  return [titles, titles.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
