import { textRules } from '../../src/domain/moderation/rules';
import { heldOutSets, judgeCorpus, judgeHeldOut } from './corpus';

const judged = judgeCorpus();
const forbidden = judged.filter(({ rule }) => rule !== undefined);
const allowed = judged.filter(({ rule }) => rule === undefined);

test('every prompt of the forbidden core is refused', () => {
  const core = forbidden.filter(({ group }) => group.startsWith('core'));
  expect(core.length).toBeGreaterThan(500);
  expect(core.filter(({ refusedBy }) => refusedBy === undefined)).toEqual([]);
});

test('a core prompt is refused for its own reason or a graver one', () => {
  const milder = forbidden.filter(
    ({ rule, refusedBy }) =>
      rule !== undefined &&
      refusedBy !== undefined &&
      textRules.indexOf(refusedBy) > textRules.indexOf(rule),
  );
  const grave = milder.filter(({ group }) => group.startsWith('core'));
  expect(grave).toEqual([]);
});

test('disguises hide nothing of the corpus', () => {
  const disguised = forbidden.filter(({ group }) => group.startsWith('evasion'));
  expect(disguised.length).toBeGreaterThan(5_000);
  expect(disguised.filter(({ refusedBy }) => refusedBy === undefined)).toEqual([]);
});

test('each rule stands in the corpus', () => {
  for (const rule of textRules) {
    expect(forbidden.filter((entry) => entry.rule === rule).length).toBeGreaterThan(5);
  }
});

test('at most two in a hundred allowed prompts are refused', () => {
  const refused = allowed.filter(({ refusedBy }) => refusedBy !== undefined);
  expect(allowed.length).toBeGreaterThan(300);
  expect(refused.length / allowed.length).toBeLessThanOrEqual(0.02);
});

describe.each(heldOutSets)('of the prompts written without the rules, in %s,', (name) => {
  const heldOut = judgeHeldOut(name);

  test('every one that Easel never makes is refused', () => {
    const never = heldOut.filter(
      ({ rule }) => rule !== undefined && textRules.indexOf(rule) < textRules.indexOf('explicit'),
    );
    expect(never.length).toBeGreaterThan(100);
    expect(never.filter(({ refusedBy }) => refusedBy === undefined)).toEqual([]);
  });

  test('at most two in a hundred allowed ones are refused', () => {
    const rightful = heldOut.filter(({ rule }) => rule === undefined);
    const refused = rightful.filter(({ refusedBy }) => refusedBy !== undefined);
    expect(rightful.length).toBeGreaterThan(100);
    expect(refused.length / rightful.length).toBeLessThanOrEqual(0.02);
  });
});
