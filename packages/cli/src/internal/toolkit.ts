import { pathToFileURL } from 'node:url';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AnyMethod, LinearAlgebraToken, methodsOf, TransferError } from '@graft-ml/core';
import * as featureBased from '@graft-ml/feature-based';
import * as heterogeneous from '@graft-ml/heterogeneous';
import * as instanceBased from '@graft-ml/instance-based';
import * as learners from '@graft-ml/learners';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import * as parameterBased from '@graft-ml/parameter-based';
import { bind, createToolkit, type Toolkit } from '@graft-ml/toolkit';

/** Every method that comes with Graft. */
export function standardMethods(): AnyMethod[] {
  return [learners, instanceBased, featureBased, parameterBased, heterogeneous].flatMap(methodsOf);
}

/** The standard methods and those of `plugins` (files or package names), on the WASM engine. */
export async function makeToolkit(plugins: readonly string[] = []): Promise<Toolkit> {
  const added: AnyMethod[] = [];
  for (const plugin of plugins) added.push(...(await loadPlugin(plugin)));
  const engine = await loadWasmLinearAlgebra();
  return createToolkit({
    methods: [...standardMethods(), ...added],
    bindings: [bind(LinearAlgebraToken, engine)],
  });
}

async function loadPlugin(plugin: string): Promise<readonly AnyMethod[]> {
  const file = resolve(plugin);
  const specifier = existsSync(file) ? pathToFileURL(file).href : plugin;
  let module: object;
  try {
    module = (await import(specifier)) as object;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TransferError({
      code: 'MISSING_DEPENDENCY',
      who: 'graft',
      message: `the plugin "${plugin}" could not be loaded: ${reason}`,
      details: { plugin },
      cause,
    });
  }
  const methods = methodsOf(module);
  if (methods.length > 0) return methods;
  throw new TransferError({
    code: 'MISSING_DEPENDENCY',
    who: 'graft',
    message: `the plugin "${plugin}" exports no method. A method is a class with static id, summary, setting, schema, needs and restore.`,
    details: { plugin, exports: Object.keys(module) },
  });
}
