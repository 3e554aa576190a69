import { repairAveragePooling } from '../tensors/average-pooling.js';
import { repairEmpty } from '../tensors/empty.js';
import type { Tfjs } from '../tensors/tfjs.js';
import { repairConvolution2d } from './convolution-2d.js';
import { repairConvolution3d } from './convolution-3d.js';
import { addDepthwiseGradients } from './depthwise-convolution.js';
import { addEinsum } from './einsum.js';
import { repairMatrixProducts } from './matrix-product.js';
import { repairMaxPooling } from './max-pooling.js';
import { addSegmentSum } from './segment-sum.js';
import { repairTile } from './tile.js';

/** Registers every kernel that is missing, slow or wrong in tfjs-backend-wasm. Doing it twice changes nothing. */
export function installKernels(tf: Tfjs): void {
  repairMatrixProducts(tf);
  repairConvolution2d(tf);
  addDepthwiseGradients(tf);
  repairConvolution3d(tf);
  addSegmentSum(tf);
  addEinsum(tf);
  repairMaxPooling(tf);
  repairTile(tf);
  repairEmpty(tf, 'wasm');
  repairAveragePooling(tf, 'wasm');
}
