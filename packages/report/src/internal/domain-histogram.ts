import type { ReportDomainClassifier } from '../report-input.js';
import { markup, type Markup } from './markup.js';

type Scores = ReportDomainClassifier['scores'];

/** The largest share of a domain's rows that one bin holds. */
export function tallestShare({ source, target }: Scores): number {
  return Math.max(1e-9, ...shares(source), ...shares(target));
}

/** Bars of shares in a square of 100 units, source above the middle and target below it, on one scale. */
export function histogramBars(scores: Scores, tallest = tallestShare(scores)): Markup[] {
  const bars = (counts: readonly number[], name: 'up' | 'down'): Markup[] =>
    shares(counts).map((share, k) => {
      const height = (48 * share) / tallest;
      const width = 100 / counts.length;
      return markup`<rect class="${name}" x="${point(k * width + 0.3)}" width="${point(width - 0.6)}" y="${point(name === 'up' ? 50 - height : 50)}" height="${point(height)}"/>`;
    });
  return [...bars(scores.source, 'up'), ...bars(scores.target, 'down')];
}

/** A coordinate with two digits. */
export function point(value: number): string {
  return String(Number(value.toFixed(2)));
}

function shares(counts: readonly number[]): number[] {
  const sum = counts.reduce((a, b) => a + b, 0) || 1;
  return counts.map((count) => count / sum);
}
