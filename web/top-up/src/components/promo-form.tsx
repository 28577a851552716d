import { useState, type ReactNode } from 'react';
import { newKey, type ShopApi } from '../api';
import { tell } from '../tell';
import type { Words } from '../texts';

interface PromoFormProps {
  api: ShopApi;
  words: Words;
  /** The code that waits for a purchase, in words. */
  chosen: string | null;
  onEntered(): Promise<void>;
}

export function PromoForm({ api, words, chosen, onEntered }: PromoFormProps): ReactNode {
  const [code, setCode] = useState('');
  const [says, setSays] = useState('');
  const [key, setKey] = useState(newKey);
  const apply = async (): Promise<void> => {
    try {
      setSays(await api.promo(code, key));
      setCode('');
      await onEntered();
    } catch (error) {
      setSays(tell(error, words));
    }
    setKey(newKey());
  };
  return (
    <div className="field">
      <label htmlFor="promo">{words.promo}</label>
      <div className="beside">
        <input
          id="promo"
          autoComplete="off"
          autoCapitalize="characters"
          value={code}
          onChange={(event) => {
            setCode(event.target.value);
          }}
        />
        <button type="button" disabled={code.trim() === ''} onClick={() => void apply()}>
          {words.apply}
        </button>
      </div>
      <output>{says || chosen}</output>
    </div>
  );
}
