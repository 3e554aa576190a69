import { largestByLanczos } from '../../src/wasm/lanczos.js';
import { inScope } from '../../src/wasm/scope.js';
import { forEachModule, numbers } from './native.js';

/** A symmetric matrix with the given eigenvalues: reflections of a diagonal one by three random vectors. */
function withSpectrum(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) a[i * n + i] = values[i];
  const next = numbers(5);
  for (let turn = 0; turn < 3; turn++) {
    const v = Float64Array.from({ length: n }, next);
    const factor = 2 / v.reduce((sum, value) => sum + value * value, 0);
    // H·A·H = A − v·wᵀ − w·vᵀ with w = f·A·v − ½·f²·(vᵀ·A·v)·v
    const w = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) w[i] += factor * a[i * n + j] * v[j];
    const middle = w.reduce((sum, value, i) => sum + value * v[i], 0) * (factor / 2);
    for (let i = 0; i < n; i++) w[i] -= middle * v[i];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
    }
  }
  return a;
}

const n = 300;

forEachModule((get) => {
  const largest = (
    spectrum: readonly number[],
    count: number,
  ): { values: Float64Array; residual: number; defect: number } | undefined => {
    const a = withSpectrum(spectrum);
    const native = get();
    return inScope(native, 'test', (scope) => {
      const found = largestByLanczos(scope, n, scope.place(a), count);
      if (!found) return undefined;
      const vectors = scope.take(found.vectors, n * count);
      let residual = 0;
      let defect = 0;
      for (let k = 0; k < count; k++) {
        const v = vectors.subarray(k * n, (k + 1) * n);
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < n; j++) sum += a[i * n + j] * v[j];
          residual = Math.max(residual, Math.abs(sum - found.values[k] * v[i]));
        }
        for (let l = 0; l <= k; l++) {
          const other = vectors.subarray(l * n, (l + 1) * n);
          const dot = v.reduce((sum, value, i) => sum + value * other[i], 0);
          defect = Math.max(defect, Math.abs(dot - (k === l ? 1 : 0)));
        }
      }
      return { values: found.values, residual, defect };
    });
  };
  const expectTop = (spectrum: readonly number[], count: number): void => {
    const found = largest(spectrum, count);
    expect(found).toBeDefined();
    const scale = Math.max(...spectrum.map(Math.abs));
    const expected = spectrum
      .slice()
      .sort((x, y) => x - y)
      .slice(n - count);
    found!.values.forEach((value, k) =>
      expect(Math.abs(value - expected[k])).toBeLessThan(1e-12 * scale),
    );
    expect(found!.residual).toBeLessThan(2e-12 * scale);
    expect(found!.defect).toBeLessThan(1e-12);
  };
  const spectrum = (value: (k: number) => number): number[] =>
    Array.from({ length: n }, (_, k) => value(k));

  it.each([1, 2, 5, 10, 15])('finds the top %i of a decaying spectrum', (count) => {
    expectTop(
      spectrum((k) => Math.exp(-k / 8)),
      count,
    );
  });

  it('finds them in a matrix of low rank, and zeros beyond it', () => {
    expectTop(
      spectrum((k) => (k < 6 ? k + 1 : 0)),
      10,
    );
  });

  it('finds all copies of a value repeated more often than its blocks are wide', () => {
    expectTop(
      spectrum((k) => (k < 11 ? 2 : 0.5 / (k + 1))),
      10,
    );
    expectTop(
      spectrum((k) => (k < 20 ? 2 : 1)),
      12,
    );
    expectTop(
      spectrum((k) => (k < 13 ? 3 : k < 40 ? 1 : 0)),
      15,
    );
  });

  it('handles multiples of the identity and zero', () => {
    expectTop(
      spectrum(() => 4),
      8,
    );
    expectTop(
      spectrum(() => 0).map((value, k) => (k === 0 ? 1e-30 : value)),
      3,
    );
  });

  it('handles values below zero', () => {
    expectTop(
      spectrum((k) => (k > 270 ? 2 ** (k - 299) : -1e-4 * k)),
      6,
    );
  });

  it('gives up on a spectrum without a gap rather than guess', () => {
    const found = largest(
      spectrum((k) => 1 + 1e-7 * Math.cos(k)),
      10,
    );
    if (found) expect(found.residual).toBeLessThan(2e-12);
  });

  it('gives the same bits again', () => {
    const decaying = spectrum((k) => Math.exp(-k / 8));
    expect(largest(decaying, 7)!.values).toEqual(largest(decaying, 7)!.values);
  });
});
