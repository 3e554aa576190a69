import type { Matrix } from '@graft-ml/core';

/** A 53-bit hash of each row's content and the seed, in [0, 1). Equal rows have equal hashes, sparse or dense; a row of zeros too.
 *
 * Two streams of MurmurHash3 (appleby2011) over column number and value bits of the entries that are not zero.
 */
export function rowHashes(x: Matrix, seed: number): Float64Array {
  const hashes = new Float64Array(x.rows);
  const value = new Float64Array(1);
  const words = new Uint32Array(value.buffer);
  const low = seed >>> 0;
  const high = Math.floor(seed / 0x100000000);
  for (let i = 0; i < x.rows; i++) {
    let first = mix(mix(0x9747b28c, low), high);
    let second = mix(mix(0x3c6ef372, high), low);
    const from = x.format === 'dense' ? i * x.columns : x.rowStarts[i];
    const to = x.format === 'dense' ? from + x.columns : x.rowStarts[i + 1];
    for (let p = from; p < to; p++) {
      value[0] = x.format === 'dense' ? x.data[p] : x.values[p];
      if (value[0] === 0) continue;
      const column = x.format === 'dense' ? p - from : x.columnIndices[p];
      first = mix(mix(mix(first, column), words[0]), words[1]);
      second = mix(mix(mix(second, words[1]), words[0]), column);
    }
    hashes[i] = ((finish(first) >>> 5) * 0x4000000 + (finish(second) >>> 6)) / 0x20000000000000;
  }
  return hashes;
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
