import { webgl } from '@graft-ml/backend-webgl';

jest.mock('@tensorflow/tfjs-backend-webgl', () => {
  throw new Error("Cannot find package '@tensorflow/tfjs-backend-webgl'");
});

it('names the engine that is not installed and how to get it', async () => {
  await expect(webgl.load()).rejects.toMatchObject({
    code: 'MISSING_DEPENDENCY',
    message: expect.stringContaining('npm install @tensorflow/tfjs-backend-webgl@4.22.0') as string,
  });
});
