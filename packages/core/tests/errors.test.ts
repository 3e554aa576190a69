import { isTransferError, TransferError } from '@graft-ml/core';

describe('TransferError', () => {
  const error = new TransferError({
    code: 'INVALID_OPTION',
    who: 'Coral',
    message: '"regularization" must be a number in [0, ∞); received -1.',
    details: { option: 'regularization' },
  });

  it('says who noticed, before the message', () => {
    expect(error.message).toBe('Coral: "regularization" must be a number in [0, ∞); received -1.');
    expect(error).toMatchObject({ name: 'TransferError', code: 'INVALID_OPTION', who: 'Coral' });
  });

  it('is recognised by its brand, also when made by a second copy of the class', () => {
    const foreign = Object.assign(new Error('x'), { code: 'NUMERICAL' });
    Object.defineProperty(foreign, Symbol.for('@graft-ml/TransferError'), { value: true });
    expect(isTransferError(foreign)).toBe(true);
    expect(isTransferError(foreign, 'NUMERICAL')).toBe(true);
    expect(isTransferError(foreign, 'ABORTED')).toBe(false);
  });

  it.each([null, undefined, 'text', new Error('x'), { code: 'ABORTED' }])(
    'does not take %p for one',
    (other) => {
      expect(isTransferError(other)).toBe(false);
    },
  );

  it('keeps the cause', () => {
    const cause = new Error('disk full');
    expect(new TransferError({ code: 'IO', who: 'save', message: 'failed.', cause }).cause).toBe(
      cause,
    );
  });
});
