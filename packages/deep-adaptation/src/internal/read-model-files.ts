import { TransferError } from '@graft-ml/core';
import type { io } from '@tensorflow/tfjs-core';
import type { ModelSource } from '../pretrained-network.js';

interface ModelFile {
  readonly format?: string;
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: io.WeightsManifestEntry[];
  }[];
}

/** Reads `model.json` and its weights. Errors: `IO` for what cannot be read, `INVALID_ARTEFACT` for what is no such model or is cut short. */
export async function readModelFiles(source: ModelSource, who: string): Promise<io.ModelArtifacts> {
  const files = await filesOf(source, who);
  const model = parse(await files.model(), who);
  const paths = model.weightsManifest.flatMap((group) => group.paths);
  const parts = await Promise.all(paths.map((path, k) => files.weights(path, k)));
  const weightData = concatenated(parts);
  const weightSpecs = model.weightsManifest.flatMap((group) => group.weights);
  const expected = weightSpecs.reduce((sum, spec) => sum + bytesOf(spec), 0);
  if (expected !== weightData.byteLength) {
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who,
      message: `the weights have ${weightData.byteLength} bytes, model.json speaks of ${expected}. Fetch the files again, all of one version.`,
      details: { expected, received: weightData.byteLength },
    });
  }
  return {
    modelTopology: model.modelTopology,
    weightSpecs,
    weightData,
    format: model.format ?? 'layers-model',
  };
}

interface Files {
  model(): Promise<ArrayBuffer>;
  weights(path: string, position: number): Promise<ArrayBuffer>;
}

async function filesOf(source: ModelSource, who: string): Promise<Files> {
  if (typeof source === 'object' && 'model' in source) {
    const missing = (path: string): never => {
      throw new TransferError({
        code: 'IO',
        who,
        message: `model.json names "${path}", which is not among the files given. Give all files of the model.`,
        details: { file: path },
      });
    };
    return {
      model: () => source.model.arrayBuffer(),
      weights: (path, k) => source.weights[k]?.arrayBuffer() ?? missing(path),
    };
  }
  const address = await addressOf(source);
  return {
    model: () => bytesAt(address, who),
    weights: (path) => bytesAt(new URL(path, address), who),
  };
}

/** A path becomes a file address; Node's own module knows how on every system. */
async function addressOf(source: string | URL): Promise<URL> {
  if (source instanceof URL) return source;
  if (/^[a-z][a-z0-9+.-]+:/i.test(source)) return new URL(source);
  if (typeof location !== 'undefined') return new URL(source, location.href);
  // Under a name bundlers cannot follow: a page never gets here.
  const name = 'node:url';
  const { pathToFileURL } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
    pathToFileURL(path: string): URL;
  };
  return pathToFileURL(source);
}

async function bytesAt(address: URL, who: string): Promise<ArrayBuffer> {
  try {
    if (address.protocol !== 'file:') {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      return await response.arrayBuffer();
    }
    const name = 'node:fs/promises';
    const { readFile } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
    };
    // A copy: the bytes of a small file may share memory with others.
    return Uint8Array.from(await readFile(address)).buffer;
  } catch (cause) {
    throw new TransferError({
      code: 'IO',
      who,
      message: `could not read ${address.href}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      details: { file: address.href },
      cause,
    });
  }
}

function parse(bytes: ArrayBuffer, who: string): ModelFile {
  try {
    const model = JSON.parse(new TextDecoder().decode(bytes)) as Partial<ModelFile> | null;
    if (!model?.modelTopology || !Array.isArray(model.weightsManifest))
      throw new Error('"modelTopology" or "weightsManifest" is missing');
    if (!model.weightsManifest.every(isWeightGroup))
      throw new Error('"weightsManifest" must list "paths" and "weights" with names and shapes');
    return model as ModelFile;
  } catch (cause) {
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who,
      message: `this is no model.json of TensorFlow.js (${cause instanceof Error ? cause.message : String(cause)}). Fetch it again, or convert the model with tensorflowjs_converter.`,
      cause,
    });
  }
}

function isWeightGroup(group: Partial<ModelFile['weightsManifest'][number]> | null): boolean {
  return (
    Array.isArray(group?.paths) &&
    Array.isArray(group.weights) &&
    group.weights.every(
      (spec: Partial<io.WeightsManifestEntry> | null) =>
        typeof spec?.name === 'string' && Array.isArray(spec.shape),
    )
  );
}

function bytesOf({ shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const sizes: Readonly<Record<string, number>> = { uint8: 1, bool: 1, uint16: 2, float16: 2 };
  return shape.reduce((a, b) => a * b, sizes[quantization?.dtype ?? dtype] ?? 4);
}

function concatenated(parts: readonly ArrayBuffer[]): ArrayBuffer {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return all.buffer;
}
