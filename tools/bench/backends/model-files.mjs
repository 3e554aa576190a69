// Where the pretrained network lies, and where Torch puts its ONNX form.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const workspace = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const mobilenetFolder = join(workspace, '..', 'shared', 'data', 'mobilenet_v1_0.25_224');
export const mobilenetFile = join(mobilenetFolder, 'model.json');
export const mobilenetLayer = 'global_average_pooling2d_1';

/** The bench hands the file on to its workers. */
export function onnxFile() {
  return process.env.GRAFT_BENCH_ONNX ?? '';
}
