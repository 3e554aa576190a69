import type { Tfjs } from './tfjs.js';

/** Makes sure that operations can be differentiated, and says whether they can.
 *
 * TensorFlow.js registers its derivatives only when `@tensorflow/tfjs-layers` is imported, and its file for that cannot be
 * imported in Node. Where they are missing and tfjs-layers is installed, it is loaded here.
 */
export async function registerGradients(tf: Tfjs): Promise<boolean> {
  if (hasGradients(tf)) return true;
  try {
    await import('@tensorflow/tfjs-layers');
  } catch {
    return false;
  }
  return hasGradients(tf);
}

function hasGradients(tf: Tfjs): boolean {
  return tf.getGradient('BatchMatMul') !== undefined;
}
