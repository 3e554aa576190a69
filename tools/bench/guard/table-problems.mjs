// Tables cut in two: mushrooms by one of their properties, wines, concretes and cars by one of their columns.
import { join } from 'node:path';
import { ordered } from './problem.mjs';
import { readMushrooms, readNumbers } from './readers.mjs';

export function tableProblems(shared, limits) {
  const mushrooms = mushroomProblems(shared, limits);
  const cut = cutProblems(shared, limits);
  const wine = ordered(['red', 'white'], 'wine', 'wine', (name) => readWine(shared, name), limits);
  return {
    tuning: [...mushrooms.tuning, ...wine, ...cut.tuning],
    reporting: [...mushrooms.reporting, ...cut.reporting],
  };
}

function mushroomProblems(shared, limits) {
  const along = (column, values) =>
    ordered(
      values.map((value) => `${column}=${value}`),
      'mushrooms',
      'mushrooms',
      async (name) => readMushrooms(shared, column, name.split('=')[1]),
      limits,
    );
  const byShape = async (value) => readMushrooms(shared, 'stalk-shape', value);
  return {
    tuning: [
      ...ordered(['e', 't'], 'mushrooms', 'mushrooms', byShape, limits),
      ...along('bruises', ['f', 't']),
      ...along('gill-size', ['b', 'n']),
      ...along('gill-spacing', ['c', 'w']),
      ...along('habitat', ['d', 'g']),
      ...along('cap-surface', ['s', 'y']),
      ...along('population', ['v', 'y']),
    ],
    reporting: [...along('cap-shape', ['x', 'f']), ...along('cap-color', ['n', 'g'])],
  };
}

async function readWine(shared, name) {
  return readNumbers(join(shared, 'wine_quality', `${name}.csv.gz`), wineColumns);
}

const columns = (n) => Array.from({ length: n }, (_, j) => j);
const wineColumns = { columns: columns(11), label: (row) => +(row[11] >= 6) };

/** The class is whether the outcome lies above its median, for wine whether its quality is at least 6; the halves cut at different columns. */
function cutProblems(shared, limits) {
  const tables = {
    'red wine': { file: 'wine_quality/red.csv.gz', ...wineColumns },
    'white wine': { file: 'wine_quality/white.csv.gz', ...wineColumns },
    concrete: {
      file: 'uci_regression/concrete.csv.gz',
      columns: columns(8),
      label: (row) => +(row[8] > 34.4),
    },
    cars: {
      file: 'uci_regression/auto_mpg.csv.gz',
      columns: [1, 2, 3, 4, 5, 6],
      label: (row) => +(row[0] > 22.75),
    },
  };
  const cut = (table, column, value, what = '') => {
    const { file, ...rest } = tables[table];
    const read = async (domain) =>
      readNumbers(join(shared, file), {
        ...rest,
        keep: (row) => row[column] > value === domain.endsWith('above'),
      });
    const domains = ['below', 'above'].map((side) => `${table}${what} ${side}`);
    return ordered(domains, 'tables', 'tables', read, limits);
  };
  return {
    tuning: [
      ...cut('red wine', 10, 10.4),
      ...cut('white wine', 10, 10.4),
      ...cut('concrete', 7, 28),
      ...cut('cars', 7, 1),
      ...cut('red wine', 9, 0.62, ', sulphates'),
      ...cut('white wine', 8, 3.18, ', acidity'),
      ...cut('concrete', 0, 272.9, ', cement'),
      ...cut('cars', 6, 76, ', year'),
    ],
    reporting: [
      ...cut('red wine', 6, 38, ', sulphur'),
      ...cut('white wine', 7, 0.9937, ', density'),
      ...cut('concrete', 3, 185, ', water'),
      ...cut('cars', 5, 15.5, ', acceleration'),
    ],
  };
}
