import type { AnyMethod, Role, Setting } from '@graft-ml/core';

const titles: Readonly<Record<Role, string>> = {
  instance: 'Instance-based: weigh, select or add source rows',
  feature: 'Feature-based: move or share representations',
  parameter: 'Parameter-based: start from what a source model knows',
  relational: 'Relational: carry structure across',
  mapper: 'Heterogeneous: map between different columns',
  learner: 'Learners',
  preprocessing: 'Preprocessing',
};

/** The page that lists every method by family, made from what the classes say about themselves. */
export function methodPage(methods: readonly AnyMethod[]): string {
  const roles = (Object.keys(titles) as Role[]).filter((role) =>
    methods.some(({ setting }) => setting.role === role),
  );
  const sections = roles.map((role) =>
    section(
      role,
      methods.filter(({ setting }) => setting.role === role),
    ),
  );
  return `# Methods

${methods.length} methods, each with a page that says what it assumes, what its options do and when not to use it. \`graft list\` prints the
same on a terminal. This page is made from the classes themselves; a test keeps it current.

${sections.join('\n')}`;
}

function section(role: Role, methods: readonly AnyMethod[]): string {
  const rows = [...methods].sort((a, b) => (a.id < b.id ? -1 : 1)).map(row);
  return `## ${titles[role]}

| method | what it does | corrects | needs | tasks |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function row({ id, summary, setting }: AnyMethod): string {
  const [family = '', name = ''] = id.split('/');
  const cells = [
    `[\`${name}\`](../packages/${family}/docs/${name}.md)`,
    summary,
    setting.corrects,
    needs(setting),
    setting.tasks.join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function needs(setting: Setting): string {
  const parts = [
    setting.sourceLabels === 'required' ? 'source labels' : '',
    setting.targetLabels === 'required' ? 'some target labels' : '',
    setting.pairs === 'required' ? 'paired rows' : '',
    setting.features === 'same' && setting.role !== 'learner' ? 'same features' : '',
    setting.sources === 'one' ? 'one source' : '',
  ];
  return parts.filter((part) => part !== '').join(', ') || '–';
}
