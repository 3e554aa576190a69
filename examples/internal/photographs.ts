import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { decode } from 'jpeg-js';

/** A file and the folder it lies in, which is its class. */
export interface Photograph {
  readonly file: string;
  readonly label: string;
}

/** The photographs below `folder`, which has a folder per class, in the order of their names. */
export function photographsIn(folder: string): Photograph[] {
  return readdirSync(folder)
    .sort()
    .flatMap((label) =>
      readdirSync(join(folder, label))
        .sort()
        .map((name) => ({ file: join(folder, label, name), label })),
    );
}

/** Pixels [height · width · 3] of a JPEG in [−1, 1], stretched to the size of a network's samples: bilinear, the centre of a
 * pixel half a pixel from its edge. Needs a running backend. */
export function pixelsOf(
  { file }: Photograph,
  [height = 0, width = 0]: readonly number[],
): Float32Array {
  const image = decode(readFileSync(file), { useTArray: true, formatAsRGBA: false });
  return tf.tidy(() => {
    const picture = tf.tensor3d(image.data, [image.height, image.width, 3], 'int32');
    const stretched = tf.image.resizeBilinear(
      tf.cast(picture, 'float32'),
      [height, width],
      false,
      true,
    );
    return tf.sub(tf.div(stretched, 127.5), 1).dataSync<'float32'>();
  });
}

/** A share as a percentage, `89.5 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
