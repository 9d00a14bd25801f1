import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishedDocument, plainNullable } from './openapi.ts';

test('what may be null is a list of types, a reference a choice of one', () => {
  const NULL = { type: 'null' };
  const cases: readonly [Parameters<typeof plainNullable>[0], object][] = [
    [{ anyOf: [{ type: 'string' }, NULL] }, { type: ['string', 'null'] }],
    [
      { anyOf: [{ type: 'integer', minimum: 0 }, NULL], description: 'How many.' },
      { type: ['integer', 'null'], minimum: 0, description: 'How many.' },
    ],
    [{ anyOf: [{ type: 'string', enum: ['a'] }, NULL] }, { type: ['string', 'null'], enum: ['a', null] }],
    [{ anyOf: [{ type: 'string', const: 'a' }, NULL] }, { type: ['string', 'null'], enum: ['a', null] }],
    [{ anyOf: [{ $ref: '#/x' }, NULL] }, { oneOf: [{ $ref: '#/x' }, NULL] }],
    [
      { anyOf: [{ type: 'string' }, { type: 'integer' }, NULL] },
      { oneOf: [{ type: 'string' }, { type: 'integer' }, NULL] },
    ],
    [{ anyOf: [{ oneOf: [{ $ref: '#/x' }] }, NULL] }, { oneOf: [{ $ref: '#/x' }, NULL] }],
    [
      { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    ],
  ];
  for (const [given, wanted] of cases) assert.deepEqual(plainNullable(given), wanted);
});

test('a route says what is its own; what all of its kind have is added, and what nobody uses is left out', () => {
  const problem = {
    description: '',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  const thing = { type: 'object', examples: [{ id: 'a' }], properties: { id: { type: 'string' } } };
  const document = finishedDocument({
    components: {
      schemas: {
        Problem: { type: 'object' },
        Thing: thing,
        Unused: { $ref: '#/components/schemas/Alone' },
        Alone: {},
      },
    },
    paths: {
      '/things': {
        post: {
          security: [{ key: ['feed'] }],
          requestBody: {
            content: {
              'text/one': {
                schema: {
                  'x-media-types': {
                    'text/one': { 'x-component': 'One', type: 'string', examples: ['a'] },
                    'text/two': { type: 'integer' },
                  },
                },
              },
            },
          },
          responses: {
            200: {
              description: 'Default Response',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
            },
            409: problem,
          },
        },
      },
    },
  });
  const { post } = document.paths['/things'];
  assert.deepEqual(Object.keys(post.responses), [
    '200',
    '400',
    '401',
    '403',
    '409',
    '413',
    '415',
    '503',
    '507',
  ]);
  assert.deepEqual(post.responses[409], { $ref: '#/components/responses/Conflict' });
  assert.deepEqual(post.responses[200].content['application/json'], {
    schema: { $ref: '#/components/schemas/Thing' },
    example: { id: 'a' },
  });
  assert.deepEqual(post.requestBody.content['text/one'], {
    schema: { $ref: '#/components/schemas/One' },
    example: 'a',
  });
  assert.deepEqual(Object.keys(document.components.schemas), ['One', 'Problem', 'Thing']);
});
