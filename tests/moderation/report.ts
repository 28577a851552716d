/** `npm run moderation:corpus`: how well the text rules do on both labelled sets. */
import { textRules } from '../../src/domain/moderation/rules';
import { heldOutSets, judgeCorpus, judgeHeldOut, type Judged } from './corpus';

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`;

function line(cells: readonly (string | number)[]): string {
  const [first, ...rest] = cells.map(String);
  return `${(first ?? '').padEnd(36)}${rest.map((cell) => cell.padStart(12)).join('')}`;
}

const isRefused = ({ refusedBy }: Judged): boolean => refusedBy !== undefined;
const isForbidden = ({ rule }: Judged): boolean => rule !== undefined;

function groupTable(judged: readonly Judged[]): string[] {
  return [
    line(['', 'prompts', 'refused', 'share']),
    ...[...new Set(judged.map(({ group }) => group))].map((group) => {
      const of = judged.filter((entry) => entry.group === group);
      const refused = of.filter(isRefused).length;
      return line([group, of.length, refused, percent(refused, of.length)]);
    }),
    '',
  ];
}

function ruleTable(judged: readonly Judged[]): string[] {
  return [
    line(['rule', 'labelled', 'refused', 'by this rule', 'by another']),
    ...textRules.map((rule) => {
      const of = judged.filter((entry) => entry.rule === rule);
      const exact = of.filter(({ refusedBy }) => refusedBy === rule).length;
      const refused = of.filter(isRefused).length;
      return line([rule, of.length, refused, exact, refused - exact]);
    }),
    '',
  ];
}

function figures(judged: readonly Judged[], isCore: (entry: Judged) => boolean): string[] {
  const forbidden = judged.filter(isForbidden);
  const core = forbidden.filter(isCore);
  const caught = forbidden.filter(isRefused).length;
  const allowed = judged.filter((entry) => !isForbidden(entry));
  const falsely = allowed.filter(isRefused);
  const missed = forbidden.filter((entry) => !isRefused(entry));
  return [
    `Recall on the core: ${percent(core.filter(isRefused).length, core.length)} of ${core.length}`,
    `Recall on all: ${percent(caught, forbidden.length)} of ${forbidden.length}`,
    `False refusals: ${percent(falsely.length, allowed.length)} of ${allowed.length}`,
    `Precision: ${percent(caught, caught + falsely.length)}`,
    ...falsely.map(({ prompt, refusedBy }) => `  refused by ${refusedBy}: ${prompt}`),
    ...missed.map((entry) => `  missed (${entry.rule}, ${entry.group}): ${entry.prompt}`),
  ];
}

const corpus = judgeCorpus();
/** What Easel never makes, whoever asks; the other rules spare providers what they refuse anyway. */
const never = new Set<string | undefined>(textRules.slice(0, textRules.indexOf('explicit')));
const out = [
  'The corpus that grew with the rules',
  '',
  ...groupTable(corpus),
  ...ruleTable(corpus),
  ...figures(corpus, ({ group }) => group.startsWith('core')),
  ...heldOutSets.flatMap((name) => {
    const heldOut = judgeHeldOut(name);
    return [
      '',
      `A set that was written without the rules: ${name}`,
      '',
      ...groupTable(heldOut),
      ...ruleTable(heldOut),
      ...figures(heldOut, ({ rule }) => never.has(rule)),
    ];
  }),
];
process.stdout.write(`${out.join('\n')}\n`);
