module.exports = {
  testTimeout: 60_000,
  maxWorkers: '100%',
  // Every `Math.x` inside the sandbox is a slow look-up in another context, 30 times that of an injected global.
  sandboxInjectedGlobals: ['Math'],
  testEnvironment: '<rootDir>/tools/testing/jest.environment.cjs',
  testMatch: ['<rootDir>/packages/*/tests/**/*.test.ts', '<rootDir>/tools/*/tests/**/*.test.ts'],
  testEnvironmentOptions: { customExportConditions: ['@graft-ml/source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/packages/[^/]+/dist/', '<rootDir>/.cache/'],
  transform: {
    '^.+\\.(m|c)?tsx?$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' }, keepClassNames: true },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  cacheDirectory: '<rootDir>/.cache/jest',
};
