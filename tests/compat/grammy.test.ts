import { Bot, InlineKeyboard, InputFile } from 'grammy';
import { openHouse, token, type House } from '../sandbox/telegram-harness';
import { walkEchoBot } from './echo-walk';

/** An echo bot as grammY's own guide would write it; only the root of the API is another one. */
function createEchoBot(apiRoot: string): Bot {
  const bot = new Bot(token, { client: { apiRoot } });
  let lastCharge = '';
  bot.command('start', (ctx) => ctx.reply(`Hello, ${ctx.from!.first_name}`));
  bot.command('menu', (ctx) =>
    ctx.reply('Choose a colour', {
      reply_markup: new InlineKeyboard().text('Red', 'colour:red').text('Blue', 'colour:blue'),
    }),
  );
  bot.callbackQuery(/^colour:(.+)$/, async (ctx) => {
    await ctx.answerCallbackQuery({ text: 'Chosen' });
    await ctx.editMessageText(`You chose ${ctx.match[1]!}`);
  });
  bot.command('buy', (ctx) =>
    ctx.replyWithInvoice('Tea', 'A cup of tea', 'tea-1', 'XTR', [{ label: 'Tea', amount: 5 }]),
  );
  bot.on('pre_checkout_query', (ctx) => ctx.answerPreCheckoutQuery(true));
  bot.on('message:successful_payment', async (ctx) => {
    lastCharge = ctx.message.successful_payment.telegram_payment_charge_id;
    await ctx.reply(`Paid ${ctx.message.successful_payment.total_amount}`);
  });
  bot.command('refund', (ctx) => ctx.api.refundStarPayment(ctx.from!.id, lastCharge));
  bot.on('message:refunded_payment', (ctx) =>
    ctx.reply(`Refunded ${ctx.message.refunded_payment.total_amount}`),
  );
  bot.on('message:photo', async (ctx) => {
    const file = await ctx.getFile();
    const response = await fetch(`${apiRoot}/file/bot${token}/${file.file_path!}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    await ctx.replyWithPhoto(new InputFile(bytes, 'photo.jpg'), {
      caption: `${bytes.length} bytes`,
    });
  });
  bot.on('message:text', (ctx) =>
    ctx.reply(ctx.message.text, { reply_parameters: { message_id: ctx.message.message_id } }),
  );
  return bot;
}

let house: House;
let bot: Bot;
let running: Promise<void>;

beforeAll(async () => {
  house = await openHouse();
  bot = createEchoBot(house.url);
  running = bot.start();
});

afterAll(async () => {
  await bot.stop();
  await running;
  await house.close();
});

test('a grammY bot echoes texts and photos, edits, sells and refunds', async () => {
  await expect(walkEchoBot(house)).resolves.toBeUndefined();
});
