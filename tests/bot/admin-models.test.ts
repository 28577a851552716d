import { anna, ben, modelOf, olga, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
  await stage.text(olga, '/start');
});

afterEach(async () => {
  await stage.close();
});

const said = () => stage.telegram.last().text;
const model = (slug: string) => stage.deps.catalogue.get(slug);
const audited = (target: string) => stage.deps.audit.list({ target, limit: 9 });

describe('/models', () => {
  test.each(['/models', '/ab', '/providers'])('%s does not exist for others', async (command) => {
    await stage.text(ben, command);
    expect(said()).toContain('do not know this command');
  });

  test('lists what is offered, at which price and by whom', async () => {
    await stage.deps.catalogue.disable('restyle', 'retired');
    await stage.text(olga, '/models');
    const list = stage.telegram.said.at(-2)?.text ?? '';
    expect(list).toContain('🟢 <code>draw</code> Model draw · 2 tokens · sandbox');
    expect(list).toContain('🔴 <code>restyle</code>');
    expect(said()).toContain('/models price');
  });

  test('switches a model off and on for everybody, with a reason', async () => {
    await stage.text(olga, '/models off draw too dear');
    expect(said()).toContain('⚪️ <code>draw</code>');
    await stage.text(ben, 'a red fox');
    expect(said()).toContain('switched off');
    await stage.text(olga, '/models on draw cheap again');
    await stage.text(ben, 'a red fox');
    expect(stage.confirmButton().type).toBe('confirm');
    expect(await audited('model:draw')).toMatchObject([
      { actor: String(olga.id), reason: 'cheap again' },
      { actor: String(olga.id), reason: 'too dear' },
    ]);
  });

  test('sets a price, which the next person sees and the one before keeps', async () => {
    const before = await stage.ordered(ben, 'a red fox');
    await stage.text(olga, '/models price draw 5 new prices');
    expect(said()).toContain('5 tokens');
    expect((await stage.deps.generations.get(before)).priceTokens).toBe(2n);
    await stage.text(anna, 'лиса');
    expect(said()).toContain('5 токенов');
  });

  test('adds a model like another one, offered at once', async () => {
    await stage.text(olga, '/models add draw-2 draw draw-v2 3 Better | Лучше | their new one');
    expect(said()).toContain('🟢 <code>draw-2</code> Better · 3 tokens');
    expect(await model('draw-2')).toMatchObject({
      providerModel: 'draw-v2',
      name: { en: 'Better', ru: 'Лучше' },
      modes: ['text'],
    });
    await stage.text(ben, 'a red fox');
    expect(stage.telegram.last().actions).toContainEqual({ type: 'model', slug: 'draw-2' });
  });

  test.each([
    ['/models add draw draw v 3 A | B | x', 'exists already'],
    ['/models add New! draw v 3 A | B | x', 'slug must be'],
    ['/models add new draw v 3 A |  | x', 'English and Russian'],
    ['/models off draw', '/models off'],
    ['/models price draw 0 free', '/models price'],
    ['/models off nobody gone', 'could not find'],
  ])('%s changes nothing and says why', async (command, why) => {
    await stage.text(olga, command);
    expect(said()).toContain(why);
    expect(await stage.deps.catalogueChanges.listAll()).toHaveLength(3);
    expect(await audited('model:draw')).toEqual([]);
  });
});

describe('/ab', () => {
  beforeEach(async () => {
    await stage.deps.catalogue.seed([
      { ...modelOf('draw-b', 'image', ['text'], 90n), cost: { base: 1_000n } },
    ]);
    await stage.text(olga, '/models off draw-b not yet');
  });

  test('serves each person by one variant, at the price of the model they chose', async () => {
    await stage.text(olga, '/ab start e1 draw draw=1 draw-b=1 is b better');
    expect(said()).toContain('2-5 different variants');
    await stage.database.model.update({
      where: { slug: 'draw-b' },
      data: { active: true, listed: false },
    });
    await stage.text(olga, '/ab start e1 draw draw=1 draw-b=1 is b better');
    expect(said()).toContain('e1</code> runs');

    const variants = new Set<string>();
    for (let id = 1; id <= 12; id += 1) {
      const person = { id, name: 'P', language: 'en' };
      const [first, second] = [
        await stage.ordered(person, 'a red fox'),
        await stage.ordered(person, 'a blue fox'),
      ];
      const one = await stage.deps.generations.get(first);
      const two = await stage.deps.generations.get(second);
      expect(one.experiment).toEqual(two.experiment);
      expect(one).toMatchObject({ modelSlug: 'draw', priceTokens: 2n });
      expect(one.providerModel).toBe(one.experiment?.variant);
      variants.add(one.experiment?.variant ?? 'none');
    }
    expect([...variants].sort()).toEqual(['draw', 'draw-b']);

    await stage.text(olga, '/ab');
    expect(said()).toContain('🟢 <code>e1</code> on draw: draw=1 draw-b=1');
    await stage.text(olga, '/ab e1');
    expect(said()).toContain('<b>draw-b</b>');
    expect(said()).toContain('made 0 of');
    await stage.text(olga, '/ab stop e1 seen enough');
    const after = await stage.ordered({ id: 77, name: 'P', language: 'en' }, 'a red fox');
    expect((await stage.deps.generations.get(after)).experiment).toBeNull();
  });

  test('says what is unknown or incomplete', async () => {
    await stage.text(olga, '/ab e9');
    expect(said()).toContain('could not find');
    await stage.text(olga, '/ab start e1 draw draw=1');
    expect(said()).toContain('/ab start');
    await stage.text(olga, '/ab start e1 nobody draw=1 draw-b=1 x');
    expect(said()).toContain('could not find');
  });
});

describe('/providers', () => {
  test('shows how each stands and changes its limits, audited', async () => {
    await stage.text(olga, '/providers');
    expect(said()).toContain('🟢 <code>sandbox</code> works');
    await stage.text(olga, '/providers budget sandbox 12.5 - careful with it');
    expect(said()).toContain('today $0.00 (limit: $12.50), this month $0.00 (limit: none)');
    await stage.text(olga, '/providers pause sandbox under repair');
    expect(said()).toContain('switched off by an admin');
    await stage.text(olga, '/providers resume sandbox repaired');
    expect(said()).toContain('works');
    expect(said()).not.toContain('jobs at once');
    await stage.text(olga, '/providers places sandbox 3 a small pack');
    expect(said()).toContain('jobs at once: 0 of 3');
    const [standing] = await stage.deps.providerStates.standings();
    expect(standing).toMatchObject({ places: 3, budgetDay: 12_500_000n, paused: false });
    expect(await audited('provider:sandbox')).toHaveLength(4);
    await stage.text(olga, '/providers pause nobody x');
    expect(said()).toContain('could not find');
    await stage.text(olga, '/providers budget sandbox 1,5 - x');
    expect(said()).toContain('/providers budget');
  });
});
