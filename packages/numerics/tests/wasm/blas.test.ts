import {
  expectPlaced,
  forEachModule,
  numbers,
  place,
  type BlasExports,
  type Placed,
} from './native.js';

/** Around every block size of the kernels: tiles of 4, triangles of 16 and 32, blocks of 128, 256 and 1024. */
const sizes = [1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 31, 33, 64, 65, 100, 129, 257];
const flags = [0, 1] as const;

forEachModule((get) => {
  const entry = numbers(3);
  const pick = (): number => sizes[Math.floor((entry() + 0.5) * sizes.length)];
  const free = (native: BlasExports, work: () => void): void => {
    const mark = native.heapTop();
    work();
    native.heapRelease(mark);
  };
  const op = (a: Placed, transposed: number, i: number, j: number): number =>
    transposed ? a.at(j, i) : a.at(i, j);

  it.each(flags.flatMap((ta) => flags.map((tb) => [ta, tb])))(
    'gemm multiplies, transposeA %i, transposeB %i',
    (ta, tb) => {
      const native = get();
      for (let trial = 0; trial < 12; trial++) {
        free(native, () => {
          const [m, n, k] = trial === 0 ? [33, 1030, 300] : [pick(), pick(), pick()];
          const a = place(native, ta ? k : m, ta ? m : k, entry, trial % 3);
          const b = place(native, tb ? n : k, tb ? k : n, entry, trial % 2);
          const c = place(native, m, n, entry, trial % 4);
          native.gemm(
            ta,
            tb,
            m,
            n,
            k,
            1.3,
            a.pointer,
            a.leading,
            b.pointer,
            b.leading,
            0.7,
            c.pointer,
            c.leading,
          );
          expectPlaced(native, c, (i, j) => {
            let sum = 0;
            for (let p = 0; p < k; p++) sum += op(a, ta, i, p) * op(b, tb, p, j);
            return 1.3 * sum + 0.7 * c.at(i, j);
          });
        });
      }
    },
  );

  it('gemm with a beta of zero clears what is not a number', () => {
    const native = get();
    free(native, () => {
      const a = place(native, 2, 2, entry);
      const c = place(native, 2, 2, () => Number.NaN);
      native.gemm(0, 0, 2, 2, 2, 0, a.pointer, 2, a.pointer, 2, 0, c.pointer, 2);
      expectPlaced(native, c, () => 0, 0);
    });
  });

  it.each(flags.flatMap((upper) => flags.map((transpose) => [upper, transpose])))(
    'syrk and syr2k write one triangle, upper %i, transpose %i',
    (upper, transpose) => {
      const native = get();
      for (let trial = 0; trial < 12; trial++) {
        free(native, () => {
          const n = pick();
          const k = pick();
          const a = place(native, transpose ? k : n, transpose ? n : k, entry, trial % 3);
          const b = place(native, transpose ? k : n, transpose ? n : k, entry, trial % 2);
          const inside = (i: number, j: number): boolean => (upper ? i <= j : i >= j);
          const c = place(native, n, n, entry, trial % 2);
          native.syrk(upper, transpose, n, k, 0.9, a.pointer, a.leading, 0.5, c.pointer, c.leading);
          const once = (i: number, j: number): number => {
            if (!inside(i, j)) return c.at(i, j);
            let sum = 0;
            for (let p = 0; p < k; p++) sum += op(a, transpose, i, p) * op(a, transpose, j, p);
            return 0.9 * sum + 0.5 * c.at(i, j);
          };
          expectPlaced(native, c, once);
          const d = place(native, n, n, entry, trial % 2);
          native.syr2k(
            upper,
            transpose,
            n,
            k,
            0.9,
            a.pointer,
            a.leading,
            b.pointer,
            b.leading,
            0.5,
            d.pointer,
            d.leading,
          );
          expectPlaced(native, d, (i, j) => {
            if (!inside(i, j)) return d.at(i, j);
            let sum = 0;
            for (let p = 0; p < k; p++) {
              sum += op(a, transpose, i, p) * op(b, transpose, j, p);
              sum += op(b, transpose, i, p) * op(a, transpose, j, p);
            }
            return 0.9 * sum + 0.5 * d.at(i, j);
          });
        });
      }
    },
  );

  it.each(flags.flatMap((left) => flags.map((upper) => [left, upper])))(
    'symm reads one triangle, left %i, upper %i',
    (left, upper) => {
      const native = get();
      for (let trial = 0; trial < 10; trial++) {
        free(native, () => {
          const m = pick();
          const n = pick();
          const size = left ? m : n;
          const stored = (i: number, j: number): boolean => (upper ? i <= j : i >= j);
          const s = place(
            native,
            size,
            size,
            (i, j) => (stored(i, j) ? entry() : Number.NaN),
            trial % 3,
          );
          const b = place(native, m, n, entry, trial % 2);
          const c = place(native, m, n, entry, trial % 4);
          native.symm(
            left,
            upper,
            m,
            n,
            1.1,
            s.pointer,
            s.leading,
            b.pointer,
            b.leading,
            0.3,
            c.pointer,
            c.leading,
          );
          const full = (i: number, j: number): number => (stored(i, j) ? s.at(i, j) : s.at(j, i));
          expectPlaced(native, c, (i, j) => {
            let sum = 0;
            for (let p = 0; p < size; p++)
              sum += left ? full(i, p) * b.at(p, j) : b.at(i, p) * full(p, j);
            return 1.1 * sum + 0.3 * c.at(i, j);
          });
        });
      }
    },
  );

  const triangular = flags.flatMap((left) =>
    flags.flatMap((upper) =>
      flags.flatMap((transpose) => flags.map((unit) => [left, upper, transpose, unit])),
    ),
  );
  it.each(triangular)(
    'trsm and trmm work in place, left %i, upper %i, transpose %i, unit %i',
    (left, upper, transpose, unit) => {
      const native = get();
      for (let trial = 0; trial < 6; trial++) {
        free(native, () => {
          const m = pick();
          const n = pick();
          const size = left ? m : n;
          const stored = (i: number, j: number): boolean =>
            i === j ? !unit : upper ? i < j : i > j;
          const a = place(
            native,
            size,
            size,
            (i, j) =>
              stored(i, j) ? (i === j ? 1.5 : 0.3 / Math.sqrt(size)) * (1 + entry()) : Number.NaN,
            trial % 3,
          );
          const acting = (i: number, j: number): number => {
            if (i === j && unit) return 1;
            const [row, column] = transpose ? [j, i] : [i, j];
            return stored(row, column) ? a.at(row, column) : 0;
          };
          const product = (b: (i: number, j: number) => number, i: number, j: number): number => {
            let sum = 0;
            for (let p = 0; p < size; p++)
              sum += left ? acting(i, p) * b(p, j) : b(i, p) * acting(p, j);
            return sum;
          };
          const b = place(native, m, n, entry, trial % 2);
          native.trmm(
            left,
            upper,
            transpose,
            unit,
            m,
            n,
            0.8,
            a.pointer,
            a.leading,
            b.pointer,
            b.leading,
          );
          expectPlaced(native, b, (i, j) => 0.8 * product(b.at, i, j));
          native.trsm(
            left,
            upper,
            transpose,
            unit,
            m,
            n,
            1 / 0.8,
            a.pointer,
            a.leading,
            b.pointer,
            b.leading,
          );
          expectPlaced(native, b, b.at, 1e-11);
        });
      }
    },
  );

  const steps = [1, 2, -1, -3];
  /** A vector stored with a step; a negative one runs from the end. */
  const vector = (
    native: BlasExports,
    n: number,
    step: number,
  ): { pointer: number; at: (i: number) => number; now: (i: number) => number } => {
    const size = 1 + (n - 1) * Math.abs(step);
    const placed = place(native, size, 1, entry);
    const index = (i: number): number => (step > 0 ? i * step : (i - n + 1) * step);
    return {
      pointer: placed.pointer,
      at: (i) => placed.at(index(i), 0),
      now: (i) => new Float64Array(native.memory.buffer, placed.pointer, size)[index(i)],
    };
  };

  it('gemv and ger take any step, transposed or not', () => {
    const native = get();
    for (const xStep of steps) {
      for (const yStep of steps) {
        for (const transpose of flags) {
          free(native, () => {
            const m = pick();
            const n = pick() * 3;
            const a = place(native, m, n, entry, 1);
            const [rows, columns] = transpose ? [n, m] : [m, n];
            const x = vector(native, columns, xStep);
            const y = vector(native, rows, yStep);
            native.gemv(
              transpose,
              m,
              n,
              1.2,
              a.pointer,
              a.leading,
              x.pointer,
              xStep,
              0.4,
              y.pointer,
              yStep,
            );
            for (let i = 0; i < rows; i++) {
              let sum = 0;
              for (let p = 0; p < columns; p++) sum += op(a, transpose, i, p) * x.at(p);
              expect(Math.abs(y.now(i) - (1.2 * sum + 0.4 * y.at(i)))).toBeLessThan(1e-12);
            }
            const left = vector(native, m, xStep);
            const right = vector(native, n, yStep);
            native.ger(m, n, 0.6, left.pointer, xStep, right.pointer, yStep, a.pointer, a.leading);
            expectPlaced(native, a, (i, j) => a.at(i, j) + 0.6 * left.at(i) * right.at(j));
          });
        }
      }
    }
  });

  it('symv reads one triangle with any step', () => {
    const native = get();
    for (const xStep of steps) {
      for (const yStep of steps) {
        for (const upper of flags) {
          free(native, () => {
            const n = pick();
            const stored = (i: number, j: number): boolean => (upper ? i <= j : i >= j);
            const a = place(native, n, n, (i, j) => (stored(i, j) ? entry() : Number.NaN), 2);
            const x = vector(native, n, xStep);
            const y = vector(native, n, yStep);
            native.symv(
              upper,
              n,
              1.2,
              a.pointer,
              a.leading,
              x.pointer,
              xStep,
              0.4,
              y.pointer,
              yStep,
            );
            for (let i = 0; i < n; i++) {
              let sum = 0;
              for (let p = 0; p < n; p++) sum += (stored(i, p) ? a.at(i, p) : a.at(p, i)) * x.at(p);
              expect(Math.abs(y.now(i) - (1.2 * sum + 0.4 * y.at(i)))).toBeLessThan(1e-12);
            }
          });
        }
      }
    }
  });
});
