import { denseMatrix } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { checkCounts } from '../internal/check-options.js';
import { digitStrokes, type Stroke } from './digit-strokes.js';
import type { LabelledImages } from './labelled-images.js';

export interface SimulateDigitsOptions {
  /** Same seed, same images. Default 0. */
  readonly seed?: number;
  /** Images of each digit, at least 1. Default 200. */
  readonly perClass?: number;
}

/** Draws stroke digits and measures them as the sensor of the real digits did.
 *
 * Each image is one digit of fixed strokes whose points are jittered, then scaled, slanted, turned and shifted at random, drawn
 * with a round pen of random width on a 32 × 32 bitmap; each of the 8 × 8 values is the number of ink pixels in a 4 × 4 block.
 * Image `i` shows the digit `i mod 10` and depends on the seed and `i` alone.
 *
 * The gap to reality is what it leaves out: it knows one way of writing each digit (no bar through the 7, no foot under the 1),
 * its pen is thinner, and no box is fitted around the digit. The strokes and ranges were set once from how digits look; nothing
 * was fitted to the real images or their labels.
 *
 * Example   const { x, y } = simulateDigits({ seed: 1 }); // x is 2000 × 64
 */
export function simulateDigits(options: SimulateDigitsOptions = {}): LabelledImages {
  const { seed = 0, perClass = 200 } = options;
  checkCounts('simulateDigits', { perClass });
  const random = randomSource(seed).stream('digits');
  const x = denseMatrix(10 * perClass, side * side);
  const y = new Float64Array(10 * perClass);
  const bitmap = new Uint8Array(bitmapSide * bitmapSide);
  for (let i = 0; i < y.length; i++) {
    y[i] = i % 10;
    drawDigit(digitStrokes[i % 10]!, random.stream(i), bitmap);
    countInk(bitmap, x.data.subarray(i * x.columns, (i + 1) * x.columns));
  }
  return { x, y };
}

const side = 8;
const bitmapSide = 4 * side;

type Point = readonly [x: number, y: number];

function drawDigit(strokes: readonly Stroke[], random: RandomSource, bitmap: Uint8Array): void {
  bitmap.fill(0);
  const hand = randomHand(random);
  for (const { curved, points } of strokes) {
    const placed = points.map((point) => hand.place(point));
    const path = curved ? smooth(placed) : placed;
    for (let k = 1; k < path.length; k++) drawLine(path[k - 1]!, path[k]!, hand.penRadius, bitmap);
  }
}

interface Hand {
  readonly penRadius: number;
  /** From the unit square to bitmap coordinates. */
  readonly place: (point: Point) => Point;
}

function randomHand(random: RandomSource): Hand {
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const height = between(22, 29);
  const width = height * between(0.55, 0.85);
  const slant = 0.18 * random.normal();
  const turn = 0.1 * random.normal();
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const shiftX = bitmapSide / 2 + random.normal();
  const shiftY = bitmapSide / 2 + random.normal();
  const penRadius = between(1.1, 2.4);
  const place = ([px, py]: Point): Point => {
    const v = (py - 0.5 + 0.03 * random.normal()) * height;
    const u = (px - 0.5 + 0.04 * random.normal()) * width - slant * v;
    return [shiftX + cos * u - sin * v, shiftY + sin * u + cos * v];
  };
  return { penRadius, place };
}

/** Six chords per piece of the Catmull-Rom curve through the points. */
function smooth(points: readonly Point[]): Point[] {
  const at = (k: number) => points[Math.min(Math.max(k, 0), points.length - 1)]!;
  const path: Point[] = [at(0)];
  for (let k = 0; k + 1 < points.length; k++) {
    for (let s = 1; s <= 6; s++) {
      const t = s / 6;
      const blend = (axis: 0 | 1) => {
        const [a, b, c, d] = [at(k - 1)[axis], at(k)[axis], at(k + 1)[axis], at(k + 2)[axis]];
        return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      };
      path.push([blend(0), blend(1)]);
    }
  }
  return path;
}

/** Inks every pixel whose centre lies within `radius` of the segment. */
function drawLine([ax, ay]: Point, [bx, by]: Point, radius: number, bitmap: Uint8Array): void {
  const dx = bx - ax;
  const dy = by - ay;
  const lengthSquared = dx * dx + dy * dy;
  const top = Math.max(0, Math.floor(Math.min(ay, by) - radius));
  const bottom = Math.min(bitmapSide - 1, Math.ceil(Math.max(ay, by) + radius));
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - radius));
  const right = Math.min(bitmapSide - 1, Math.ceil(Math.max(ax, bx) + radius));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - ax;
      const py = row + 0.5 - ay;
      const along = lengthSquared > 0 ? (px * dx + py * dy) / lengthSquared : 0;
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const ex = px - t * dx;
      const ey = py - t * dy;
      if (ex * ex + ey * ey <= radius * radius) bitmap[row * bitmapSide + column] = 1;
    }
  }
}

function countInk(bitmap: Uint8Array, values: Float64Array): void {
  values.fill(0);
  for (let row = 0; row < bitmapSide; row++) {
    for (let column = 0; column < bitmapSide; column++) {
      const cell = (row >> 2) * side + (column >> 2);
      values[cell]! += bitmap[row * bitmapSide + column]!;
    }
  }
}
