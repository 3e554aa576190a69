import { slopeRoot } from '../../src/transport/slope-root.js';

/** The root for a slope, and how often the slope was asked for. */
function rootOf(slope: (t: number) => number): { readonly root: number; readonly calls: number } {
  let calls = 0;
  const root = slopeRoot(slope(0), slope(1), (t) => {
    calls++;
    return slope(t);
  });
  return { root, calls };
}

describe('slopeRoot', () => {
  it('finds the bottom of a parabola at once', () => {
    expect(rootOf((t) => 4 * t - 1)).toEqual({ root: 0.25, calls: 1 });
  });

  it('stays where it does not fall, and goes all the way where it falls to the end', () => {
    expect(rootOf((t) => t).root).toBe(0);
    expect(rootOf((t) => t - 1).root).toBe(1);
    expect(rootOf(() => -1)).toEqual({ root: 1, calls: 0 });
    expect(slopeRoot(Number.NaN, 1, () => 0)).toBe(0);
  });

  it.each<[string, (t: number) => number, number]>([
    ['steep at the end', (t) => t ** 9 - 1e-3, 1e-3 ** (1 / 9)],
    ['steep at the start', (t) => Math.log(t + 1e-12) + 3, Math.exp(-3)],
    ['bent both ways', (t) => Math.atan(50 * (t - 0.7)), 0.7],
  ])('finds the zero of a slope %s in 20 steps', (_, slope, expected) => {
    const { root, calls } = rootOf(slope);
    expect(Math.abs(root - expected)).toBeLessThan(1e-5);
    expect(calls).toBeLessThanOrEqual(20);
  });

  it('closes in on a jump, from the side that still falls', () => {
    const { root } = rootOf((t) => (t < 0.3 ? -1 : 5));
    expect(root).toBeLessThan(0.3);
    expect(root).toBeGreaterThan(0.3 - 1e-9);
  });
});
