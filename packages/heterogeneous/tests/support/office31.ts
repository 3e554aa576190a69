import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Matrix, selectRows } from '@graft-ml/core';
import { npyToMatrix } from '@graft-ml/datasets';
import { readNpy } from '@graft-ml/datasets/node';

interface LabelledSet {
  readonly x: Matrix;
  readonly y: readonly number[];
}

/** Amazon images in 800 features and DSLR images in 600, 20 and 3 labelled per class, 405 to test with. */
export async function readSplit(
  folder: string,
): Promise<Readonly<Record<'source' | 'labelled' | 'test', LabelledSet>>> {
  const split = JSON.parse(readFileSync(join(folder, 'split_shfa_demo.json'), 'utf8')) as Record<
    string,
    number[]
  >;
  const read = async (domain: string, part: string): Promise<LabelledSet> => {
    const x = npyToMatrix(await readNpy(join(folder, `${domain}_x.npy`)));
    const { data } = await readNpy(join(folder, `${domain}_y.npy`));
    const indices = split[part]!;
    return { x: selectRows(x, indices), y: indices.map((i) => Number(data[i])) };
  };
  return {
    source: await read('source_amazon_surf800', 'source_index'),
    labelled: await read('target_dslr_surf600', 'target_train_index'),
    test: await read('target_dslr_surf600', 'target_test_index'),
  };
}
