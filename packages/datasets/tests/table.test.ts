import { isTransferError, toProblem } from '@graft-ml/core';
import { findColumn, parseTable, tableToDomain, type TableDomainOptions } from '@graft-ml/datasets';

const csv = 'id,height,width,kind\na1,1,2,cat\na2,3,4,dog\n';

async function messageOf(text: string, options: TableDomainOptions): Promise<string> {
  const table = await parseTable(text, { name: 's.csv' });
  try {
    tableToDomain(table, options);
  } catch (error) {
    if (isTransferError(error, 'INVALID_DATA')) return error.message;
    throw error;
  }
  throw new Error('expected an error');
}

describe('tableToDomain', () => {
  it('takes all columns but label and ignored ones as features, rows as samples', async () => {
    const domain = tableToDomain(await parseTable(csv), { label: 'kind', ignore: ['id'] });
    expect(domain.featureNames).toEqual(['height', 'width']);
    expect(Array.from(domain.x.data)).toEqual([1, 2, 3, 4]);
    expect(domain.y).toEqual(['cat', 'dog']);
  });

  it('takes the features it is told, in that order', async () => {
    const domain = tableToDomain(await parseTable(csv), { features: ['width', 'height'] });
    expect(Array.from(domain.x.data)).toEqual([2, 1, 4, 3]);
    expect('y' in domain).toBe(false);
  });

  it('fits toProblem, with numeric labels as numbers', async () => {
    const table = await parseTable('y,a\n1,0.5\n0,0.25\n');
    const { y, ...target } = tableToDomain(table, { label: 'y' });
    const problem = toProblem({ source: { ...target, y: y! }, target });
    expect(problem.sources[0]!.task).toEqual({ kind: 'classification', classes: [0, 1] });
    expect(problem.target.features.names).toEqual(['a']);
  });

  it.each<[string, string, TableDomainOptions, string]>([
    [
      'an unknown label',
      csv,
      { label: 'kinds' },
      'there is no column "kinds" in s.csv. Did you mean "kind"?',
    ],
    ['an unknown feature', csv, { features: ['mass'] }, 'It has "id", "height", "width", "kind".'],
    ['an unknown ignored column', csv, { ignore: ['idd'] }, 'Did you mean "id"'],
    [
      'a text feature',
      csv,
      { label: 'kind' },
      's.csv, line 2: column "id" is "a1". Features must be numbers',
    ],
    ['a word among numbers', 'a,b\n1,2\n3,n/a\n', {}, 's.csv, line 3: column "b" is "n/a".'],
    ['an empty feature', 'a,b\n1,2\n3,\n', {}, 's.csv, line 3: column "b" is empty or NaN.'],
    ['an infinite feature', 'a,b\n1,inf\n', {}, 's.csv, line 2: column "b" is ∞.'],
    ['a number too large', 'a,b\n1,-1e999\n', {}, 's.csv, line 2: column "b" is −∞.'],
    [
      'an empty text label',
      'y,a\ncat,1\n,2\n',
      { label: 'y' },
      'line 3: column "y" is empty. Drop rows without a label.',
    ],
    [
      'an empty number label',
      'y,a\n1,1\n,2\n',
      { label: 'y' },
      'line 3: column "y" is empty or NaN.',
    ],
    ['no feature left', 'y\n1\n', { label: 'y' }, 'no column left that could be a feature'],
  ])('refuses %s', async (_, text, options, message) => {
    expect(await messageOf(text, options)).toContain(message);
  });

  it.each([[['height', 'height']], [['height', 'kind']]])(
    'refuses features %j: one twice, or the label among them',
    async (features) => {
      const table = await parseTable(csv);
      expect(() => tableToDomain(table, { label: 'kind', features })).toThrow(
        '"features" must be different columns, the label not among them',
      );
    },
  );

  it('says how to read a text column of numbers', async () => {
    const table = await parseTable('a,b\n1,2\n', { numeric: ['b'] });
    expect(() => tableToDomain(table)).toThrow('Name it in "numeric" when reading.');
  });

  it('counts rows from 0 where a table came from no file, and refuses a table without rows', () => {
    const column = { name: 'a', kind: 'numeric', values: Float64Array.of(1, NaN) } as const;
    const table = { name: 'made', rows: 2, columns: [column] };
    expect(() => tableToDomain(table)).toThrow('made, row 1: column "a" is empty or NaN');
    expect(() => tableToDomain({ ...table, rows: 0 })).toThrow('made has no rows');
  });
});

describe('findColumn', () => {
  it('shows the first columns where no name is near', async () => {
    const names = Array.from({ length: 12 }, (_, j) => `column${j}`);
    const table = await parseTable(`${names.join(',')}\n${names.map(() => '1').join(',')}\n`);
    expect(findColumn(table, 'column3').values).toEqual(Float64Array.of(1));
    expect(() => findColumn(table, 'x')).toThrow('"column9", … (12 columns).');
  });
});
