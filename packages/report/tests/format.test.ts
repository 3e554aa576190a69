import {
  formatChange,
  formatCount,
  formatList,
  formatMegabytes,
  formatMoment,
  formatNumber,
  formatPercent,
  formatPlural,
  formatScore,
  formatSeconds,
} from '../src/internal/format.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll('\u2212', '-');

describe('numbers as people read them', () => {
  it('writes scores and changes with their sign and unit', () => {
    expect(plain(formatScore('classification', 0.65249))).toBe('65.2 %');
    expect(plain(formatScore('regression', -0.25))).toBe('-0.250');
    expect(plain(formatChange('classification', 0.1084))).toBe('+10.8 points');
    expect(plain(formatChange('classification', -0.0714))).toBe('-7.1 points');
    expect(plain(formatChange('regression', -0.108))).toBe('-0.108');
  });

  it('gives a change that rounds to zero no sign', () => {
    expect(plain(formatChange('classification', -0.0004))).toBe('0.0 points');
    expect(plain(formatChange('classification', 0.0004))).toBe('0.0 points');
    expect(plain(formatChange('regression', -0.0004))).toBe('0.000');
  });

  it('joins number and unit by a space that does not break and uses a true minus sign', () => {
    expect(formatChange('classification', -0.5)).toBe('\u221250.0\u00a0points');
  });

  it('chooses the unit of time and memory by size', () => {
    expect(
      [0, 0.0123, 0.9996, 9.99, 12.34, 59.96, 200].map((s) => plain(formatSeconds(s))),
    ).toEqual(['0 ms', '12 ms', '1.00 s', '9.99 s', '12.3 s', '1 min 0 s', '3 min 20 s']);
    expect([3.21, 181.7, 999.7, 1234].map((mb) => plain(formatMegabytes(mb)))).toEqual([
      '3.2 MB',
      '182 MB',
      '1.0 GB',
      '1.2 GB',
    ]);
  });

  it('keeps four significant digits of any number', () => {
    expect(
      [0, 12, 1797, 0.123456, 48210.7, 1e-5, -2.5e9, 1e6].map((v) => plain(formatNumber(v))),
    ).toEqual(['0', '12', '1,797', '0.1235', '48210', '1.00e-5', '-2.50e+9', '1.00e+6']);
    expect(formatNumber(Number.NaN)).toBe('NaN');
  });

  it('counts and lists', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(plain(formatPercent(0.31))).toBe('31 %');
    expect(formatPlural(1, 'class', 'classes')).toBe('1 class');
    expect(formatPlural(2, 'class', 'classes')).toBe('2 classes');
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(formatList)).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });

  it('writes moments in UTC whatever the offset they came with', () => {
    expect(formatMoment('2026-03-04T01:06:07+02:00')).toBe('2026-03-03 23:06 UTC');
  });
});
