import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import {
  loadWasmLinearAlgebra,
  type Float32Matrix,
  type WasmLinearAlgebra,
} from '@graft-ml/numerics/wasm';
import { loadNativeLinearAlgebra, type NativeLinearAlgebra } from '../src/index.js';

let base: WasmLinearAlgebra;
let engine: NativeLinearAlgebra;

beforeAll(async () => {
  base = await loadWasmLinearAlgebra();
  engine = await loadNativeLinearAlgebra({ base, threshold: 4096 });
});

afterAll(() => {
  engine.dispose();
  base.dispose();
});

const random = randomSource(7);
const matrix = (rows: number, columns: number): DenseMatrix =>
  denseMatrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.normal()),
  );

function expectClose(actual: DenseMatrix, expected: DenseMatrix): void {
  expect([actual.rows, actual.columns]).toEqual([expected.rows, expected.columns]);
  const error = actual.data.reduce(
    (e, value, p) => Math.max(e, Math.abs(value - expected.data[p]!)),
    0,
  );
  expect(error).toBeLessThan(1e-12);
}

describe('products handed over to ONNX Runtime', () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('equal those of the base engine, transposed %s %s', (transposeA, transposeB) => {
    const a = transposeA ? matrix(30, 20) : matrix(20, 30);
    const b = transposeB ? matrix(25, 30) : matrix(30, 25);
    const [before, options] = [Float64Array.from(a.data), { transposeA, transposeB }];
    const handOver = jest.spyOn(base, 'multiply');
    const product = engine.multiply(a, b, options);
    expect(handOver).not.toHaveBeenCalled();
    handOver.mockRestore();
    expectClose(product, base.multiply(a, b, options));
    expect(a.data).toEqual(before);
  });

  it('are right again and again, in buffers of their own', () => {
    const [a, b] = [matrix(20, 30), matrix(30, 20)];
    const first = engine.multiply(a, b);
    const values = Float64Array.from(first.data);
    expectClose(engine.multiply(b, a), base.multiply(b, a));
    for (let k = 0; k < 50; k++) expectClose(engine.multiply(a, b), first);
    expect(first.data).toEqual(values);
  });

  it('give an exactly symmetric cross product, and the linear kernel', () => {
    const x = matrix(50, 20);
    const cross = engine.crossProduct(x);
    expectClose(cross, base.crossProduct(x));
    for (let i = 0; i < 20; i++)
      for (let j = 0; j < i; j++) expect(cross.data[20 * i + j]).toBe(cross.data[20 * j + i]);
    const y = matrix(40, 20);
    expectClose(
      engine.kernelMatrix({ type: 'linear' }, x, y),
      base.kernelMatrix({ type: 'linear' }, x, y),
    );
  });

  it('are there in single precision too, at any size', () => {
    const single = ({ rows, columns, data }: DenseMatrix): Float32Matrix => ({
      rows,
      columns,
      data: Float32Array.from(data),
    });
    for (const [rows, inner, columns] of [
      [1, 1, 1],
      [30, 20, 25],
    ] as const) {
      const [a, b] = [matrix(rows, inner), matrix(columns, inner)];
      const product = engine.multiplyFloat32(single(a), single(b), { transposeB: true });
      const expected = base.multiply(a, b, { transposeB: true });
      expect([product.rows, product.columns]).toEqual([rows, columns]);
      const errors = product.data.map((value, p) => Math.abs(value - expected.data[p]!));
      expect(Math.max(...errors)).toBeLessThan(1e-4);
    }
    const wrong = (): unknown => engine.multiplyFloat32(single(matrix(2, 3)), single(matrix(2, 3)));
    expect(wrong).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
  });

  it('carry NaN and infinity like the base engine', () => {
    const a = matrix(20, 20);
    a.data[3] = NaN;
    a.data[25] = Infinity;
    const b = denseMatrix(20, 20, new Float64Array(400).fill(1));
    const product = engine.multiply(a, b);
    expect([product.data[0], product.data[20]]).toEqual([NaN, Infinity]);
  });
});

it('leaves small and sparse products, and everything else, to the base engine', () => {
  const small = matrix(4, 4);
  const spies = (['multiply', 'cholesky', 'svd', 'squaredDistances'] as const).map((name) =>
    jest.spyOn(base, name),
  );
  engine.multiply(small, small);
  engine.cholesky(denseMatrix(1, 1, Float64Array.of(4)));
  engine.svd(small);
  engine.squaredDistances(small, small);
  for (const spy of spies) {
    expect(spy).toHaveBeenCalledTimes(1);
    spy.mockRestore();
  }
});

it('refuses matrices that do not fit in the words of the base engine', () => {
  const refuse = (use: NativeLinearAlgebra | WasmLinearAlgebra) => (): unknown =>
    use.multiply(matrix(20, 30), matrix(20, 30));
  expect(refuse(engine)).toThrow('multiply');
  expect(refuse(engine)).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }));
});

it('says that a product does not fit, and goes on', () => {
  const wide = denseMatrix(2 ** 17, 16, new Float64Array(2 ** 21));
  expect(() => engine.multiply(wide, wide, { transposeB: true })).toThrow(
    expect.objectContaining({
      code: 'OUT_OF_MEMORY',
      message: expect.stringContaining('Use fewer rows at a time') as string,
    }),
  );
  const one = matrix(20, 20);
  expectClose(engine.multiply(one, one), base.multiply(one, one));
});

it('passes on the transport solvers of its base', () => {
  expect(engine.solveTransport).toBeDefined();
  expect(engine.solveScaling).toBeDefined();
});

it('says that it was disposed of', async () => {
  const another = await loadNativeLinearAlgebra({ base, threshold: 1 });
  another.dispose();
  const use = (): unknown => another.multiply(matrix(20, 20), matrix(20, 20));
  expect(use).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
});
