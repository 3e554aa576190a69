import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const layer = (sourceTag, ...allowed) => ({
  sourceTag: `layer:${sourceTag}`,
  onlyDependOnLibsWithTags: allowed.map((tag) => `layer:${tag}`),
});
const engines = ['tsyringe', 'reflect-metadata', '@tensorflow/*', 'onnxruntime-*', 'node:*'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/.cache/**', '**/.nx/**', '**/node_modules/**', '**/generated/**'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    files: ['**/*.ts', '**/*.mjs'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          allow: [],
          allowCircularSelfDependency: true,
          depConstraints: [
            { ...layer('core'), bannedExternalImports: ['*'] },
            layer('numerics', 'core'),
            layer('learners', 'core', 'numerics'),
            {
              sourceTag: 'layer:strategy',
              onlyDependOnLibsWithTags: ['layer:core', 'layer:numerics', 'layer:learners'],
              bannedExternalImports: engines,
            },
            layer('diagnosis', 'core', 'numerics', 'learners'),
            layer('data', 'core', 'numerics'),
            layer('toolkit', 'core', 'numerics', 'diagnosis'),
            layer('conformance', 'core', 'numerics'),
            layer('report', 'core', 'numerics'),
            layer('backend', 'core', 'numerics', 'backend'),
            layer('deep', 'core', 'numerics', 'backend'),
            { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['*'] },
            { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['*'] },
          ],
        },
      ],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw from a seeded randomSource.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Export by name.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    files: [
      'packages/{core,numerics,learners,toolkit,conformance,report,diagnosis,*-based,heterogeneous}/src/**/*.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*'],
              message:
                'This package runs in browsers too; load Node modules dynamically behind a check.',
            },
          ],
        },
      ],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    // Tests reach the conformance checks and shared fixtures across layers.
    files: ['**/tests/**/*.ts', '**/tests/**/*.mjs'],
    rules: {
      '@nx/enforce-module-boundaries': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: [
      'tools/**/*.mjs',
      'packages/cli/src/**/*.ts',
      'packages/*/build.mjs',
      'packages/*/native/**/*.mjs',
      'eslint.config.mjs',
    ],
    rules: {
      'no-console': 'off',
      'no-restricted-syntax': 'off',
      '@nx/enforce-module-boundaries': 'off',
    },
  },
);
