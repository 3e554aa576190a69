import { webgpu } from '@graft-ml/backend-webgpu';

jest.mock('@tensorflow/tfjs-backend-webgpu', () => {
  throw new Error("Cannot find package '@tensorflow/tfjs-backend-webgpu'");
});

it('names the engine that is not installed and how to get it', async () => {
  await expect(webgpu.load()).rejects.toMatchObject({
    code: 'MISSING_DEPENDENCY',
    message: expect.stringContaining(
      'npm install @tensorflow/tfjs-backend-webgpu@4.22.0',
    ) as string,
  });
});
