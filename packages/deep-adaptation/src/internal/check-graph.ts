import { TransferError } from '@graft-ml/core';
import type { io } from '@tensorflow/tfjs-core';

/** What a graph says of its constants. */
interface Graph {
  readonly node?: readonly {
    readonly name: string;
    readonly op: string;
    readonly attr?: { readonly dtype?: { readonly type?: string | number } };
  }[];
}

/** Types of constants whose bytes could be taken for those of the other; by name or by number in the format. */
const types: Readonly<Record<string, string>> = {
  DT_FLOAT: 'float32',
  1: 'float32',
  DT_INT32: 'int32',
  3: 'int32',
};

/** Checks that every constant of a graph has its weights, of the graph's type: the engine finds the first out when it is run,
 * and the second never. Throws `INVALID_ARTEFACT`. */
export function checkGraph(artifacts: io.ModelArtifacts, who: string): void {
  const { node: nodes = [] } = artifacts.modelTopology as Graph;
  const weights = new Map(artifacts.weightSpecs?.map(({ name, dtype }) => [name, dtype]));
  for (const { name, op, attr } of nodes) {
    if (op !== 'Const') continue;
    const [wanted, found] = [types[attr?.dtype?.type ?? ''], weights.get(name)];
    if (found === undefined) throw damaged(who, `has no weights for "${name}"`);
    if (wanted && found !== wanted && Object.values(types).includes(found))
      throw damaged(who, `takes "${name}" for ${wanted} in one place and ${found} in another`);
  }
}

function damaged(who: string, what: string): TransferError {
  return new TransferError({
    code: 'INVALID_ARTEFACT',
    who,
    message: `the model ${what}. Fetch or convert it again.`,
  });
}
