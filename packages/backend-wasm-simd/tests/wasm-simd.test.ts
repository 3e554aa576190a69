import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { wasmSimd, wasmSimdDeclaration } from '@graft-ml/backend-wasm-simd';
import { describeBackend } from '@graft-ml/backend-wasm-simd/tensors';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { build } from 'esbuild';
import type { WasmBackend } from '../src/internal/kernels.js';
import { withoutHandlers } from '../src/internal/without-handlers.js';

const events = ['uncaughtException', 'unhandledRejection'] as const;
const load = (): ReturnType<typeof wasmSimd.load<typeof tf>> =>
  wasmSimd.load({ tensors: tf, linearAlgebra: referenceLinearAlgebra });

describe('loading', () => {
  it('starts the backend with derivatives and leaves no handlers on the process', async () => {
    const before = events.map((event) => process.listenerCount(event));
    const backend = await load();
    expect(tf.getBackend()).toBe('wasm');
    expect(events.map((event) => process.listenerCount(event))).toEqual(before);
    expect(backend).toMatchObject({ threads: 1, gradients: true, notes: [] });
    const slope = tf.tidy(() => tf.grad((x) => tf.square(x))(tf.scalar(3)));
    expect(Array.from(slope.dataSync())).toEqual([6]);
    slope.dispose();
  });

  it('changes nothing the second time', async () => {
    await load();
    const kernel = tf.getKernel('BatchMatMul', 'wasm');
    await load();
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(kernel);
  });

  it('brings its own float64 engine, and ends it', async () => {
    const backend = await wasmSimd.load({ tensors: tf });
    expect(backend.linearAlgebra.name).toBe('wasm-simd');
    backend.dispose();
    const empty = { format: 'dense', rows: 1, columns: 1, data: new Float64Array(1) } as const;
    expect(() => backend.linearAlgebra.crossProduct(empty)).toThrow('disposed');
  });

  it('says so when threads come too late', async () => {
    await load();
    const again = await wasmSimd.load({
      tensors: tf,
      threads: 2,
      linearAlgebra: referenceLinearAlgebra,
    });
    expect(again.threads).toBe(1);
    expect(again.notes.join()).toContain('running already');
  });
});

it('declares every operation that the reference backend of TensorFlow.js has and this one lacks', async () => {
  await load();
  const names = (id: string): string[] =>
    tf.getKernelsForBackend(id).map(({ kernelName }) => kernelName);
  const missing = names('cpu').filter((name) => !names('wasm').includes(name));
  expect(missing.sort()).toEqual([...wasmSimdDeclaration.missingOperations].sort());
});

describe('what is refused', () => {
  it('refuses other engines and impossible numbers of threads', async () => {
    const fake = { setBackend: () => Promise.resolve(true), getBackend: () => 'fake' };
    const tensors = { ...fake, ready: () => Promise.resolve(), memory: () => tf.memory() };
    await expect(wasmSimd.load({ tensors })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(wasmSimd.load({ threads: 0 })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('refuses tensors that do not fit, and goes on', async () => {
    await load();
    const refusal = expect.objectContaining({ code: 'OUT_OF_MEMORY' }) as Error;
    const before = tf.memory().numTensors;
    // 4 GB reach the engine as 0 bytes.
    expect(() => tf.tidy(() => tf.fill([2 ** 30], 1))).toThrow(refusal);
    expect(tf.memory().numTensors).toBe(before);
    // Reserved only, not written to.
    const backend = tf.engine().findBackend('wasm') as WasmBackend;
    const halves: tf.TensorInfo[] = [];
    const reserve = (): unknown => halves.push(backend.makeOutput([2 ** 29 - 2 ** 22], 'float32'));
    reserve();
    expect(() => [reserve(), reserve()]).toThrow(refusal);
    for (const half of halves) backend.disposeData(half.dataId);
    const three = tf.tidy(() => tf.add(tf.scalar(1), 2));
    expect(Array.from(three.dataSync())).toEqual([3]);
    three.dispose();
  });
});

it('takes off only the handlers that throw again what they are given', async () => {
  const mine = (): void => undefined;
  const listeners = events.map((event) => process.listeners(event as 'exit'));
  await withoutHandlers(async () => {
    process.on('uncaughtException', mine);
    process.on('unhandledRejection', function (reason) {
      throw reason;
    });
    await Promise.resolve();
  });
  expect(process.listeners('uncaughtException')).toContain(mine);
  process.off('uncaughtException', mine);
  expect(events.map((event) => process.listeners(event as 'exit'))).toEqual(listeners);
});

it('measures products for the report of an engine', async () => {
  const { present, gigaflops, linearAlgebra } = await describeBackend(wasmSimd, { size: 32 });
  expect([present, linearAlgebra]).toEqual([true, 'wasm-simd']);
  expect(gigaflops!.float32).toBeGreaterThan(0);
  expect(gigaflops!.float64).toBeGreaterThan(0);
});

describe('in a Node of its own', () => {
  /** Runs a module that may import the source of this package, and returns what it prints. */
  async function runAlone(contents: string): Promise<unknown> {
    const cache = join(__dirname, '..', '.cache');
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'alone-'));
    try {
      const outfile = join(folder, 'main.mjs');
      await build({
        stdin: { contents, resolveDir: __dirname },
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        conditions: ['@graft-ml/source'],
        external: ['@tensorflow/*'],
        logLevel: 'error',
      });
      const options = { encoding: 'utf8', timeout: 50_000 } as const;
      return JSON.parse(execFileSync(process.execPath, [outfile], options));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('computes with two threads, puts everything back and lets the process end', async () => {
    const outcome = await runAlone(`
      import os from 'node:os';
      import { Worker } from 'node:worker_threads';
      import * as tf from '@tensorflow/tfjs-core';
      import '@tensorflow/tfjs-backend-cpu';
import { wasmSimd, wasmSimdDeclaration } from '@graft-ml/backend-wasm-simd';
      import { referenceLinearAlgebra } from '@graft-ml/numerics';
      const before = [os.cpus().length, Worker, URL.createObjectURL, globalThis.Worker];
      const backend = await wasmSimd.load({ tensors: tf, threads: 2, linearAlgebra: referenceLinearAlgebra });
      const { Worker: after } = process.getBuiltinModule('node:worker_threads');
      const same = [os.cpus().length, after, URL.createObjectURL, globalThis.Worker]
        .every((value, k) => value === before[k]);
      const x = tf.ones([300, 300]);
      const product = await tf.matMul(x, x).data();
      console.log(JSON.stringify({
        threads: backend.threads,
        same,
        right: product.every((value) => value === 300),
        handlers: process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection'),
      }));`);
    expect(outcome).toEqual({ threads: 2, same: true, right: true, handlers: 0 });
  }, 60_000);

  it('loads no engine when it is imported', async () => {
    const outcome = await runAlone(`
      import '@graft-ml/backend-wasm-simd';
      import '@graft-ml/backend-wasm-simd/tensors';
      import '@graft-ml/backend-wasm-simd/checks';
      import { createRequire } from 'node:module';
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(JSON.stringify(loaded.filter((file) => file.includes('tensorflow'))));`);
    expect(outcome).toEqual([]);
  }, 60_000);
});
