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

/** Families that need an engine of their own and are therefore there only where a user has installed them. */
const optionalFamilies = ['@graft-ml/deep-adaptation'];

/** Every method that comes with Graft, those of optional families where they are installed. */
export async function standardMethods(): Promise<AnyMethod[]> {
  const families: object[] = [learners, instanceBased, featureBased, parameterBased, heterogeneous];
  for (const name of optionalFamilies) {
    const family = await import(name).catch(() => undefined);
    if (family) families.push(family as object);
  }
  return families.flatMap(methodsOf);
}

/** The standard methods and those of `plugins` (files or package names), on the WASM engine. */
export async function makeToolkit(plugins: readonly string[] = []): Promise<Toolkit> {
  const added: AnyMethod[] = [];
  for (const plugin of plugins) added.push(...(await loadPlugin(plugin)));
  const engine = await loadWasmLinearAlgebra();
  return createToolkit({
    methods: [...(await standardMethods()), ...added],
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
