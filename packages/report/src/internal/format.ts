import type { TaskKind } from '@graft-ml/core';

// A number and its unit must not be torn apart at the end of a line.
const space = '\u00a0';
const minus = '\u2212';

/** Text for terminals and tests, where a space is a space. */
export function withPlainSpaces(text: string): string {
  return text.replaceAll(space, ' ');
}

/** Text for the page, where a number must not be torn from its percent sign. */
export function withFirmPercents(text: string): string {
  return text.replaceAll(' %', `${space}%`);
}

/** An accuracy as `65.2 %`, an R² as `0.652`. */
export function formatScore(kind: TaskKind, score: number): string {
  return kind === 'classification' ? formatPercent(score, 1) : signed(score.toFixed(3), false);
}

/** A difference of scores with its sign: `+10.8 points` or `−0.108`. */
export function formatChange(kind: TaskKind, change: number): string {
  if (kind === 'regression') return signed(change.toFixed(3), true);
  return `${signed((100 * change).toFixed(1), true)}${space}points`;
}

/** A share as a percentage. */
export function formatPercent(share: number, digits = 0): string {
  return `${signed((100 * share).toFixed(digits), false)}${space}%`;
}

/** A whole number with thousands separated: `1,797`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A count and its noun: `1 recipe`, `2 recipes`. */
export function formatPlural(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A duration: `43 ms`, `2.41 s`, `3 min 20 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(1000 * seconds)}${space}ms`;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)}${space}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}${space}min ${whole % 60}${space}s`;
}

/** An amount of memory: `182 MB`, `1.2 GB`. */
export function formatMegabytes(megabytes: number): string {
  if (megabytes >= 999.5) return `${(megabytes / 1000).toFixed(1)}${space}GB`;
  return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)}${space}MB`;
}

/** Any number, to four significant digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return signed(formatCount(value), false);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return signed(value.toExponential(2), false);
  return signed(String(Number(value.toPrecision(4))), false);
}

/** A p-value: `0.031`, `< 0.001`. */
export function formatPValue(p: number): string {
  return p < 0.001 ? '< 0.001' : formatNumber(Number(p.toFixed(3)));
}

/** A moment as `2026-03-04 15:06 UTC`. */
export function formatMoment(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Words in a row: `a`, `a and b`, `a, b and c`. */
export function formatList(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]!}`;
}

function signed(digits: string, plus: boolean): string {
  if (/^-[0.,]*$/.test(digits)) return digits.slice(1);
  if (digits.startsWith('-')) return minus + digits.slice(1).replace('e-', `e${minus}`);
  return (plus && /[1-9]/.test(digits) ? '+' : '') + digits.replace('e-', `e${minus}`);
}
