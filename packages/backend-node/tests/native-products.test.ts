import { startNativeProducts, type NativeProducts } from '../src/internal/native-products.js';

/** An engine whose product does what `body` says. */
const engine = (body: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    export class Tensor { constructor(type, data) { this.data = data; } }
    export const InferenceSession = { create: async () => ({ run: async (inputs, outputs) => { ${body} } }) };`)}`;

const start = (body: string, patience = 20_000): Promise<NativeProducts> =>
  startNativeProducts({
    threads: 1,
    who: 'test',
    engine: engine(body),
    patience: () => patience,
  });

const ones = { rows: 2, columns: 2, data: new Float64Array(4).fill(1) };
const product = (products: NativeProducts) => (): unknown =>
  products.multiply(ones, ones, false, false);
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('a thread that ends while the caller waits', () => {
  it.each([
    ['exits', 'process.exit(3)'],
    [
      'fails outside the product',
      'setImmediate(() => { throw new Error("x"); }); await new Promise(() => {})',
    ],
  ])('that %s is DISPOSED, at once and from then on', async (_, body) => {
    const products = await start(body);
    const refusal = expect.objectContaining({
      code: 'DISPOSED',
      message: expect.stringMatching(
        /is gone \(in the middle of a product\).*Load the backend again/,
      ) as string,
    }) as Error;
    expect(product(products)).toThrow(refusal);
    expect(product(products)).toThrow(refusal);
  });

  it('is given up after as long as the product may take', async () => {
    const products = await start('for (;;);', 200);
    expect(product(products)).toThrow('silent for 0.2 seconds');
    expect(product(products)).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
  });
});

it('says why a thread ended between two products', async () => {
  const products = await start('setImmediate(() => { throw new Error("lost the library"); });');
  product(products)();
  // The test's own time limit is for a reason that never comes.
  while (!String(failure(products)).includes('is gone (lost the library)')) await soon();
  expect(failure(products)).toMatchObject({ code: 'DISPOSED' });
});

function failure(products: NativeProducts): unknown {
  try {
    products.multiply(ones, ones, false, false);
    return undefined;
  } catch (error) {
    return error;
  }
}

it('tells a lack of memory from other failures of the engine, and goes on after both', async () => {
  const products = await start(`
    if (inputs.a.data[0] === 1) throw new Error('Failed to allocate memory for requested buffer of size 8');
    if (inputs.a.data[0] === 2) throw new Error('no such operator');`);
  expect(product(products)).toThrow(
    expect.objectContaining({
      code: 'OUT_OF_MEMORY',
      message: expect.stringContaining('Use fewer rows at a time') as string,
    }),
  );
  const twos = { ...ones, data: new Float64Array(4).fill(2) };
  expect(() => products.multiply(twos, twos, false, false)).toThrow(
    expect.objectContaining({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('Load the wasm-simd backend') as string,
    }),
  );
  const threes = { ...ones, data: new Float64Array(4).fill(3) };
  expect(products.multiply(threes, threes, false, false)).toHaveLength(4);
  products.stop();
});
