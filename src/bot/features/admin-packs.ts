/** /packs: what is on sale, and its prices. */
import type { ShelfRecord } from '../../storage/pack-store';
import { moneyText } from '../../telegram/money-text';
import { readPacksCommand, type PacksCommand } from '../packs-command';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

export function packsFeature(): Feature {
  return feature(
    onAdminCommand('packs', async (ctx, argument) => {
      if (argument === '') return showShelves(ctx);
      const command = readPacksCommand(argument);
      if (command === undefined) await ctx.say({ text: ctx.t('shop.packs.usage') });
      else await change(ctx, command);
    }),
  );
}

async function change(ctx: BotContext, command: PacksCommand): Promise<void> {
  const { payments } = ctx.deps;
  const actor = ctx.person.telegramId.toString();
  if (command.kind === 'pack') await payments.setPack({ ...command, actor });
  else await payments.setCustom({ ...command, actor });
  await ctx.say({ text: ctx.t('bot.admin.done') });
}

async function showShelves(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const on = new Set(deps.methods.map(({ id }) => id));
  const shelves = await deps.payments.shelves();
  // Of systems that are off nothing is sold, whatever their shelves hold.
  const shown = shelves.filter(({ system }) => on.has(system));
  const lines = shown.flatMap((shelf) => linesOf(ctx, shelf));
  await ctx.say({ text: [t('shop.packs.title'), ...lines, '', t('shop.packs.usage')].join('\n') });
}

function linesOf({ t }: BotContext, { system, currency, packs, custom }: ShelfRecord): string[] {
  const mark = (active: boolean) => (active ? '🟢' : '⚪️');
  return [
    '',
    t('shop.packs.shelf', { system, currency }),
    ...packs.map(({ packTokens, price, active }) =>
      t('shop.packs.pack', {
        mark: mark(active),
        tokens: t.plain('unit.tokens', { count: packTokens }),
        price: moneyText(t, price),
      }),
    ),
    ...(custom === null
      ? []
      : [
          t('shop.packs.custom', {
            mark: mark(custom.active),
            least: custom.leastTokens,
            most: custom.mostTokens,
          }),
        ]),
  ];
}
