import type { ComputeBackend } from '@graft-ml/core';
import { asTfjs, type Tfjs } from '../tensors/tfjs.js';
import type { BackendCheck } from './check.js';
import { emptyChecks, infinityChecks, invalidChecks, nanChecks } from './edge-checks.js';
import { gradientChecks } from './gradient-checks.js';
import { valueChecks } from './value-checks.js';

export interface CheckResult {
  readonly name: string;
  /** `refused`: the backend declares that it cannot, and throws. */
  readonly outcome: 'passed' | 'refused' | 'failed';
  /** What went wrong, or how it refused. */
  readonly detail?: string;
}

/** Runs every operation check on a loaded backend: values, derivatives, non-finite numbers, empty tensors, memory.
 *
 * Exceptions are what the backend declares. A kernel declared missing has to be missing, one that is not has to work, and
 * every check leaves as many tensors and buffers as it found.
 */
export async function checkBackend(backend: ComputeBackend): Promise<CheckResult[]> {
  const { declaration, tensors } = backend;
  if (!tensors) return [];
  const tf = asTfjs(tensors, declaration.id);
  const checks = [
    ...valueChecks,
    ...(backend.gradients ? gradientChecks : []),
    ...emptyChecks,
    ...(declaration.keeps.infinity ? infinityChecks : []),
    ...(declaration.keeps.nan ? nanChecks : []),
    ...(declaration.keeps.invalid ? invalidChecks : []),
  ];
  const results = [declarationResult(tf, declaration.missingOperations)];
  for (const check of checks) results.push(await runCheck(backend, tf, check));
  return results;
}

async function runCheck(
  { declaration }: ComputeBackend,
  tf: Tfjs,
  check: BackendCheck,
): Promise<CheckResult> {
  const { name } = check;
  const missing = check.kernels.filter((kernel) => declaration.missingOperations.includes(kernel));
  if (check.differentiates && declaration.missingGradients.includes(check.differentiates))
    missing.push(`derivative of ${check.differentiates}`);
  const before = held(tf);
  // Tensors that a refused operation leaves behind are let go of.
  tf.engine().startScope();
  let problem: string | undefined;
  try {
    await check.run({ tf, precision: declaration.precision });
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const after = held(tf);
  tf.engine().endScope();
  if (missing.length > 0) {
    if (problem !== undefined) return { name, outcome: 'refused', detail: problem };
    return { name, outcome: 'failed', detail: `works, but is declared missing: ${missing.join()}` };
  }
  if (problem !== undefined) return { name, outcome: 'failed', detail: problem };
  if (after !== before)
    return {
      name,
      outcome: 'failed',
      detail: `left ${after} tensors and buffers, found ${before}`,
    };
  return { name, outcome: 'passed' };
}

/** Tensors of the engine and buffers of its backend. */
function held(tf: Tfjs): string {
  return `${tf.memory().numTensors} and ${tf.engine().backend.numDataIds()}`;
}

/** Everything TensorFlow.js has a name for is either registered or declared missing. */
function declarationResult(tf: Tfjs, declared: readonly string[]): CheckResult {
  const name = 'what is declared missing is missing';
  const registered = tf.getKernelsForBackend(tf.getBackend()).map(({ kernelName }) => kernelName);
  const wrong = declared.filter((kernel) => registered.includes(kernel));
  if (wrong.length === 0) return { name, outcome: 'passed' };
  return { name, outcome: 'failed', detail: `registered: ${wrong.join(', ')}` };
}
