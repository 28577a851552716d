/** What is given away besides the welcome tokens. */
import { z } from 'zod';
import { setting, wholeNumber } from './setting';

const bonuses = 'Bonuses';

export const bonusSettings = {
  FIRST_DEPOSIT_BONUS_PERCENT: setting(wholeNumber(0, 500).prefault('10'), {
    section: bonuses,
    purpose: "Percent of a person's first purchase given on top; 0 for none.",
  }),
  REFERRAL_PERCENT: setting(wholeNumber(0, 100).prefault('10'), {
    section: bonuses,
    purpose:
      'Percent of the tokens a friend buys that go to the person whose link the friend came by; 0 for ' +
      'none.',
  }),
  DAILY_REWARDS: setting(
    z
      .string()
      .regex(
        /^(off|[1-9]\d{0,5}(\s*,\s*[1-9]\d{0,5}){0,6})$/,
        'must be up to seven numbers of tokens separated by commas, or off',
      )
      .prefault('1,1,2,2,3,3,5')
      .transform((text) =>
        text === 'off' ? [] : text.split(',').map((part) => BigInt(part.trim())),
      ),
    {
      section: bonuses,
      purpose:
        'Tokens for coming by on the first to the seventh day in a row; the last one repeats. off for ' +
        'none.',
    },
  ),
};
