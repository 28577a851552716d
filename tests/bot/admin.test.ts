import { ben, olga, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
});

describe('/refund', () => {
  test('sends one signal to the payment, whatever is repeated', async () => {
    const payment = await stage.invoiced(ben);
    const update = await stage.text(olga, `/refund ${payment} all force paid by mistake`);
    await stage.deliver(update);
    expect(stage.engine.refunds).toHaveLength(1);
    const [sent] = stage.engine.refunds;
    expect(sent?.target).toBe(payment);
    expect(sent?.request).toEqual({
      id: expect.stringMatching(/^r\d+-[0-9a-f]{6}$/) as string,
      actor: String(olga.id),
      reason: 'paid by mistake',
      force: true,
    });
    expect(stage.telegram.last().text).toContain('on its way');
  });

  test('uses the same refund id when Temporal was down in between', async () => {
    const generationId = await stage.ordered(ben, 'a red fox');
    const update = stage.messageUpdate(olga, { text: `/refund ${generationId} 1 bad colours` });
    stage.engine.down = true;
    await expect(stage.handle(update)).rejects.toThrow('UNAVAILABLE');
    stage.engine.down = false;
    await stage.deliver(update);
    expect(stage.engine.refunds).toHaveLength(1);
    expect(stage.engine.refunds[0]?.request).toMatchObject({ amount: '1', reason: 'bad colours' });
  });

  test('says when the workflow is closed, the id unknown or the command incomplete', async () => {
    const generationId = await stage.ordered(ben, 'a red fox');
    stage.engine.ended.add(generationId);
    await stage.text(olga, `/refund ${generationId} too late`);
    expect(stage.telegram.last().text).toContain('is closed');
    await stage.text(olga, '/refund nothing at all');
    expect(stage.telegram.last().text).toContain('could not find');
    await stage.text(olga, `/refund ${generationId}`);
    expect(stage.telegram.last().text).toContain('Usage');
    expect(stage.engine.refunds).toEqual([]);
  });
});

describe('admin commands', () => {
  test.each([
    '/refund p1 all x',
    '/stats',
    '/userinfo 1',
    '/addtokens 900002 5 x',
    '/ban 900009 x',
  ])('do not exist for others: %s', async (command) => {
    await stage.text(olga, '/start');
    await stage.text(ben, command);
    expect(stage.telegram.last().text).toContain('do not know this command');
    expect(await stage.available(ben)).toBe(10n);
    expect((await stage.deps.persons.byTelegramId(BigInt(olga.id)))?.bannedAt).toBeNull();
  });

  test('add tokens once per command and audit it once', async () => {
    await stage.text(ben, '/start');
    const update = stage.messageUpdate(olga, { text: `/addtokens ${ben.id} 15 lost a result` });
    const broken = { record: () => Promise.reject(new Error('database away')) };
    stage.restart({ audit: { ...stage.deps.audit, ...broken } });
    await expect(stage.handle(update)).rejects.toThrow('database away');
    stage.restart();
    await stage.deliver(update);
    expect(await stage.available(ben)).toBe(25n);
    const target = `person:${await stage.personId(ben)}`;
    const records = await stage.deps.audit.list({ target, limit: 9 });
    expect(records).toMatchObject([{ actor: String(olga.id), reason: 'lost a result' }]);
  });

  test('close and open the access of a person, who is told and keeps the way to complain', async () => {
    await stage.text(ben, '/start');
    await stage.text(olga, `/ban ${ben.id} spam`);
    await stage.text(ben, 'a red fox');
    expect(stage.telegram.last().text).toContain('closed your access');
    await stage.press(ben, { type: 'buy' }, 5n);
    expect(stage.telegram.notices.at(-1)).toContain('closed your access');
    await stage.text(ben, '/paysupport');
    expect(stage.telegram.last().text).toContain('Help with a payment');
    await stage.text(olga, `/unban ${ben.id} a mistake`);
    await stage.text(ben, 'a red fox');
    expect(stage.confirmButton().type).toBe('confirm');
  });

  test('show the figures and what is known of a person', async () => {
    await stage.ordered({ ...ben, name: 'Ben <b>' }, 'a red fox');
    await stage.text(olga, '/stats');
    expect(stage.telegram.last().text).toContain('starting: 1');
    const revenue = {
      system: 'yookassa',
      currency: 'RUB' as const,
      amountMinor: 159_050n,
      refundedMinor: 4_975n,
    };
    const figures = await stage.deps.statistics();
    stage.restart({
      statistics: () => Promise.resolve({ ...figures, revenueBySystem: [revenue] }),
    });
    await stage.text(olga, '/stats');
    expect(stage.telegram.last().text).toMatch(/YooKassa.*: ₽1,590\.50, refunded ₽49\.75/);
    stage.restart();
    await stage.text(olga, `/userinfo ${ben.id}`);
    expect(stage.telegram.last().text).toContain('Ben &lt;b&gt;');
    expect(stage.telegram.last().text).toContain('ordered, 2 tokens');
    await stage.text(olga, '/userinfo 1');
    expect(stage.telegram.last().text).toContain('Nobody');
  });
});
