/**
 * What the compiler cannot say. Rules are errors or absent; each ban tells what to do instead.
 */
import eslint from '@eslint/js';
import jest from 'eslint-plugin-jest';
import { defineConfig } from 'eslint/config';
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

const nodeModules = builtinModules.flatMap((name) => [name, `${name}/*`, `node:${name}`]);

const environmentOutsideConfig = {
  object: 'process',
  property: 'env',
  message: 'Only src/config reads the environment; take what you need from Settings.',
};

const clockAndChance = [
  {
    object: 'Date',
    property: 'now',
    message: 'Time comes in as an argument; workflows and domain must give the same on replay.',
  },
  {
    object: 'Math',
    property: 'random',
    message: 'Chance comes in as an argument; workflows and domain must give the same on replay.',
  },
  environmentOutsideConfig,
];

export default defineConfig(
  {
    ignores: [
      'dist/**',
      'data/**',
      '.easel/**',
      'coverage/**',
      'src/generated/**',
      'web/**/dist/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Activities and ports are async by contract, whatever is inside.
      '@typescript-eslint/require-await': 'off',
      // Parts are objects of functions that never use `this`; taking them apart is how they are used.
      '@typescript-eslint/unbound-method': 'off',
      // noPropertyAccessFromIndexSignature asks for the brackets.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/**/*.ts', 'web/**/*.ts', 'web/**/*.tsx', 'scripts/**/*.mjs', 'bench/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: false }],
      complexity: ['error', { max: 10, variant: 'modified' }],
      'max-params': ['error', 3],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', environmentOutsideConfig],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name, so that a thing is called the same everywhere.',
        },
        {
          selector: 'ExportAllDeclaration',
          message: 'Import from the file that defines it; barrels hide who uses what.',
        },
      ],
    },
  },
  {
    files: ['src/config/**/*.ts', 'src/local/**/*.ts', 'src/sandbox/main.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Pixel loops: indexes are in range by construction, a check per pixel costs a third of the time,
    // and a point with its colour is many numbers.
    files: ['src/sandbox/provider/art/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-params': ['error', 5],
    },
  },
  {
    // Markup is long without being hard to read.
    files: ['web/**/*.tsx'],
    rules: { 'max-lines-per-function': ['error', { max: 110 }] },
  },
  {
    // These talk to a person in a terminal.
    files: [
      'src/local/**/*.ts',
      'src/main.ts',
      'src/worker/bundle.ts',
      'src/sandbox/**/{main,standalone}.ts',
      'scripts/**',
      'bench/**',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    // The one barrel Temporal needs: a workflow's name is its export.
    files: ['src/workflows/index.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src/workflows/**/*.ts', 'src/domain/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: nodeModules.map((name) => ({
            name,
            message: 'Workflows and domain run without Node; do it in an activity.',
          })),
        },
      ],
      'no-restricted-properties': ['error', ...clockAndChance],
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', '__dirname', '__filename', 'require', 'performance', 'crypto'].map(
          (name) => ({
            name,
            message: 'Workflows and domain run without Node; do it in an activity.',
          }),
        ),
        ...['fetch', 'XMLHttpRequest', 'WebSocket'].map((name) => ({
          name,
          message: 'Only activities talk to the network.',
        })),
        { name: 'setInterval', message: 'Use sleep() or condition() of @temporalio/workflow.' },
        { name: 'setTimeout', message: 'Use sleep() or condition() of @temporalio/workflow.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message:
            'Time comes in as an argument; workflows and domain must give the same on replay.',
        },
        {
          selector: 'ImportExpression',
          message: 'The workflow bundle is made before anything runs; import at the top.',
        },
      ],
    },
  },
  {
    files: ['scripts/**/*.mjs', '*.mjs', '*.cjs', 'jest.config.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'require',
          'module',
          'Buffer',
          'URL',
          'fetch',
          'setTimeout',
          'clearTimeout',
          'performance',
          'WebAssembly',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['tests/**/*.ts'],
    extends: [jest.configs['flat/recommended'], jest.configs['flat/style']],
    rules: {
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect', 'expect*', 'fc.assert', 'assert*'] },
      ],
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-identical-title': 'error',
      'jest/consistent-test-it': ['error', { fn: 'test', withinDescribe: 'test' }],
      'jest/valid-title': 'error',
      // Test doubles and answers of unknown shape: here the expectation is the check.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': ['error', { max: 500 }],
    },
  },
);
