import { denseMatrix } from '@graft-ml/core';
import type { LabelledImages } from './labelled-images.js';
import { opticalDigitsText } from './optical-digits-text.js';

/** The 1,797 handwritten digits of the UCI optical digits test set, decoded anew at each call.
 *
 * NIST forms of 13 writers; a 32 × 32 bitmap fitted around each digit, ink pixels counted in 4 × 4 blocks.
 * Data     E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998; CC BY 4.0, see NOTICE.
 * Example  const { x, y } = opticalDigits(); // x is 1797 × 64
 */
export function opticalDigits(): LabelledImages {
  const lines = opticalDigitsText.split('\n');
  const x = denseMatrix(lines.length, 64);
  const y = new Float64Array(lines.length);
  const zero = 'a'.charCodeAt(0);
  lines.forEach((line, i) => {
    y[i] = Number(line[0]);
    for (let j = 0; j < 64; j++) x.data[64 * i + j] = line.charCodeAt(j + 1) - zero;
  });
  return { x, y };
}
