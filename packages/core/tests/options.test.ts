import { describeOption, isTransferError, type OptionSchema, resolveOptions } from '@graft-ml/core';

interface Options {
  readonly regularization?: number;
  readonly gamma?: number | 'median';
  readonly nComponents?: number;
  readonly centre?: boolean;
  readonly kernel?: 'linear' | 'rbf';
}

const schema: OptionSchema<Options> = {
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ',
    effect: 'Larger values adapt less.',
  },
  gamma: { type: 'number', above: 0, words: ['median'], default: 'median', description: 'γ' },
  nComponents: { type: 'integer', atLeast: 1, atMost: 10, default: 3, description: 'k' },
  centre: { type: 'boolean', default: true, description: 'centre' },
  kernel: { type: 'choice', values: ['linear', 'rbf'], default: 'linear', description: 'kernel' },
};

function messageOf(options: object): string {
  try {
    resolveOptions('Test', schema, options as Options);
  } catch (error) {
    if (isTransferError(error, 'INVALID_OPTION')) return error.message;
  }
  return 'accepted';
}

describe('resolveOptions', () => {
  it('fills in defaults and freezes', () => {
    const options = resolveOptions('Test', schema, { kernel: 'rbf' });
    expect(options).toEqual({
      regularization: 1,
      gamma: 'median',
      nComponents: 3,
      centre: true,
      kernel: 'rbf',
    });
    expect(Object.isFrozen(options)).toBe(true);
  });

  it('says who, what was expected, what came and what to do', () => {
    expect(messageOf({ regularization: -1 })).toBe(
      'Test: "regularization" must be a number in (0, ∞); received -1. Larger values adapt less.',
    );
  });

  it.each([
    [{ regularization: 0 }],
    [{ regularization: Number.NaN }],
    [{ regularization: Infinity }],
    [{ gamma: 'mean' }],
    [{ nComponents: 2.5 }],
    [{ nComponents: 0 }],
    [{ nComponents: 11 }],
    [{ centre: 1 }],
    [{ kernel: 'cubic' }],
    [{ typo: 1 }],
    [{ regularization: null }],
  ])('refuses %p', (options) => {
    expect(messageOf(options)).not.toBe('accepted');
  });

  it.each([
    [{ gamma: 'median' }],
    [{ gamma: 0.5 }],
    [{ nComponents: 10 }],
    [{ regularization: undefined }],
  ])('accepts %p', (options) => {
    expect(messageOf(options)).toBe('accepted');
  });

  it('describes ranges in words', () => {
    expect(describeOption(schema.gamma)).toBe('a number in (0, ∞) or "median"');
    expect(describeOption(schema.nComponents)).toBe('an integer in [1, 10]');
    expect(describeOption(schema.kernel)).toBe('one of "linear", "rbf"');
  });
});
