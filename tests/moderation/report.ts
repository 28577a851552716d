/** `npm run moderation:corpus`: how well the text rules do on the labelled corpus. */
import { textRules } from '../../src/domain/moderation/rules';
import { judgeCorpus, type Judged } from './corpus';

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`;

function line(cells: readonly (string | number)[]): string {
  const [first, ...rest] = cells.map(String);
  return `${(first ?? '').padEnd(36)}${rest.map((cell) => cell.padStart(12)).join('')}`;
}

const judged = judgeCorpus();
const forbidden = judged.filter(({ rule }) => rule !== undefined);
const allowed = judged.filter(({ rule }) => rule === undefined);
const isRefused = ({ refusedBy }: Judged): boolean => refusedBy !== undefined;
const core = forbidden.filter(({ group }) => group.startsWith('core'));
const caught = forbidden.filter(isRefused).length;
const falsely = allowed.filter(isRefused);

const out = [
  line(['', 'prompts', 'refused', 'share']),
  ...[...new Set(judged.map(({ group }) => group))].map((group) => {
    const of = judged.filter((entry) => entry.group === group);
    const refused = of.filter(isRefused).length;
    return line([group, of.length, refused, percent(refused, of.length)]);
  }),
  '',
  line(['rule', 'labelled', 'refused', 'by this rule', 'by another']),
  ...textRules.map((rule) => {
    const of = forbidden.filter((entry) => entry.rule === rule);
    const exact = of.filter(({ refusedBy }) => refusedBy === rule).length;
    const refused = of.filter(isRefused).length;
    return line([rule, of.length, refused, exact, refused - exact]);
  }),
  '',
  `Recall on the core: ${percent(core.filter(isRefused).length, core.length)} of ${core.length}`,
  `Recall with evasions: ${percent(caught, forbidden.length)} of ${forbidden.length}`,
  `False refusals: ${percent(falsely.length, allowed.length)} of ${allowed.length}`,
  `Precision: ${percent(caught, caught + falsely.length)}`,
  ...falsely.map(({ prompt, refusedBy }) => `  refused by ${refusedBy}: ${prompt}`),
  ...forbidden
    .filter((entry) => !isRefused(entry))
    .map((e) => `  missed (${e.group}): ${e.prompt}`),
];
process.stdout.write(`${out.join('\n')}\n`);
