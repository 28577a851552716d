import { useRef, useState, type ReactNode } from 'react';
import { newKey, type ShopApi } from '../api';
import { tell } from '../tell';
import type { Words } from '../texts';
import type { Me, Offer, Shelf } from '../types';
import { useQuote } from '../use-quote';
import { PromoForm } from './promo-form';

interface ShopProps {
  api: ShopApi;
  me: Me;
  words: Words;
  onOrder(paymentId: string): void;
  onPromo(): Promise<void>;
}

interface PackProps {
  offer: Offer;
  chosen: boolean;
  onChoose(): void;
}

function Pack({ offer, chosen, onChoose }: PackProps): ReactNode {
  return (
    <label className={chosen ? 'pack chosen' : 'pack'}>
      <input type="radio" name="pack" checked={chosen} onChange={onChoose} />
      <strong>{offer.name}</strong>
      <span className="price">
        {offer.fullPrice === null ? null : <s>{offer.fullPrice}</s>} {offer.price}
      </span>
      <small>{offer.each}</small>
    </label>
  );
}

interface MethodsProps {
  me: Me;
  words: Words;
  chosen: string;
  onChoose(system: string): void;
}

function Methods({ me, words, chosen, onChoose }: MethodsProps): ReactNode {
  if (me.shelves.length < 2) return null;
  return (
    <fieldset className="methods">
      <legend>{words.method}</legend>
      {me.shelves.map(({ system, name }) => (
        <label key={system} className={system === chosen ? 'method chosen' : 'method'}>
          <input
            type="radio"
            name="method"
            checked={system === chosen}
            onChange={() => {
              onChoose(system);
            }}
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

interface AmountProps {
  shelf: Shelf;
  words: Words;
  typed: string;
  quote: ReturnType<typeof useQuote>;
  onType(text: string): void;
}

function Amount({ shelf, words, typed, quote, onType }: AmountProps): ReactNode {
  if (shelf.custom === null) return null;
  return (
    <label className="field">
      {words.custom}
      <input
        inputMode="numeric"
        autoComplete="off"
        data-testid="amount"
        placeholder={shelf.custom.bounds}
        value={typed}
        onChange={(event) => {
          onType(event.target.value);
        }}
      />
      <output data-testid="quote">
        {quote === 'none' ? words.outside : null}
        {typeof quote === 'object' ? `${words.customPrice}: ${quote.price} (${quote.each})` : null}
      </output>
    </label>
  );
}

interface Buying {
  busy: boolean;
  problem: string;
  buy(shelf: Shelf, offer: Offer, email: string): Promise<void>;
}

function useBuying({ api, words, onOrder }: ShopProps): Buying {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  // The same until it has come through: a second press after a lost answer is the same purchase.
  const wish = useRef({ of: '', key: '' });
  const buy = async (shelf: Shelf, { tokens }: Offer, email: string): Promise<void> => {
    const { system, currency, needsEmail } = shelf;
    const of = [system, currency, tokens].join();
    if (wish.current.of !== of) wish.current = { of, key: newKey() };
    setBusy(true);
    setProblem('');
    try {
      const address = needsEmail && email !== '' ? { email } : {};
      const { id } = await api.buy({
        ...{ key: wish.current.key, system, currency, tokens },
        ...address,
      });
      wish.current = { of: '', key: '' };
      onOrder(id);
    } catch (error) {
      setProblem(tell(error, words));
      setBusy(false);
    }
  };
  return { busy, problem, buy };
}

interface EmailProps {
  words: Words;
  email: string;
  onType(text: string): void;
}

function Email({ words, email, onType }: EmailProps): ReactNode {
  return (
    <label className="field">
      {words.email}
      <input
        type="email"
        required
        autoComplete="email"
        value={email}
        onChange={(event) => {
          onType(event.target.value);
        }}
      />
    </label>
  );
}

export function Shop(props: ShopProps): ReactNode {
  const { me, words } = props;
  const [system, setSystem] = useState(me.shelves[0]?.system ?? '');
  const shelf = me.shelves.find((one) => one.system === system) ?? me.shelves[0];
  if (!shelf) return <p role="status">{words.outside}</p>;
  return <ShelfForm {...props} shelf={shelf} onSystem={setSystem} />;
}

interface ShelfFormProps extends ShopProps {
  shelf: Shelf;
  onSystem(system: string): void;
}

function ShelfForm({ shelf, onSystem, ...props }: ShelfFormProps): ReactNode {
  const { api, me, words, onPromo } = props;
  const [pack, setPack] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [email, setEmail] = useState('');
  const { busy, problem, buy } = useBuying(props);
  const quote = useQuote({ api, shelf, typed, promo: me.promo });
  const ofPack = shelf.packs.find(({ tokens }) => tokens === pack);
  const ofAmount = typeof quote === 'object' ? quote : undefined;
  const offer = typed === '' ? ofPack : ofAmount;

  return (
    <form
      className="shop"
      onSubmit={(event) => {
        event.preventDefault();
        if (offer && !busy) void buy(shelf, offer, email);
      }}
    >
      <Methods me={me} words={words} chosen={shelf.system} onChoose={onSystem} />
      <fieldset className="packs">
        <legend>{words.packs}</legend>
        {shelf.packs.map((one) => (
          <Pack
            key={one.tokens}
            offer={one}
            chosen={typed === '' && one.tokens === pack}
            onChoose={() => {
              setTyped('');
              setPack(one.tokens);
            }}
          />
        ))}
      </fieldset>
      <Amount shelf={shelf} words={words} typed={typed} quote={quote} onType={setTyped} />
      {shelf.needsEmail ? <Email words={words} email={email} onType={setEmail} /> : null}
      <PromoForm api={api} words={words} chosen={me.promo} onEntered={onPromo} />
      <div className="buy-bar">
        {problem === '' ? null : <p role="alert">{problem}</p>}
        <button type="submit" className="main-button" data-testid="buy" disabled={!offer || busy}>
          {busy ? words.opening : words.buy}
          {offer && !busy ? ` · ${offer.price}` : null}
        </button>
      </div>
    </form>
  );
}
