import { useState, type ReactNode, type SubmitEvent } from 'react';
import type { Texts } from '../texts';
import type { Language } from '../types';
import { Dialog } from './dialog';
import { Star } from './icons';

interface FormDialogProps {
  texts: Texts;
  title: string;
  submit: string;
  onSubmit(): Promise<unknown>;
  onClose(): void;
  children: ReactNode;
}

function FormDialog(props: FormDialogProps): ReactNode {
  const { texts, title, submit, onSubmit, onClose, children } = props;
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    onSubmit().then(onClose, (reason: unknown) => {
      setBusy(false);
      const message = reason instanceof Error ? reason.message : String(reason);
      setError(texts.failed(message || texts.loadFailed));
    });
  };
  return (
    <Dialog label={title} className="form-dialog" onClose={onClose}>
      <form onSubmit={send}>
        <h2>{title}</h2>
        {children}
        {error ? (
          <p className="sheet-error" role="alert">
            {error}
          </p>
        ) : null}
        <div className="form-buttons">
          <button type="button" className="button quiet" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface AddPersonProps {
  texts: Texts;
  language: Language;
  onCreate(name: string, language: Language): Promise<unknown>;
  onClose(): void;
}

export function AddPersonDialog({ texts, onCreate, onClose, ...rest }: AddPersonProps): ReactNode {
  const [name, setName] = useState('');
  const [language, setLanguage] = useState(rest.language);
  return (
    <FormDialog
      texts={texts}
      title={texts.addPerson}
      submit={texts.create}
      onSubmit={() => onCreate(name.trim(), language)}
      onClose={onClose}
    >
      <label className="labelled">
        {texts.name}
        <input
          className="input"
          value={name}
          required
          pattern=".*\S.*"
          maxLength={64}
          data-focus
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
      </label>
      <label className="labelled">
        {texts.language}
        <select
          className="input"
          value={language}
          onChange={(event) => {
            setLanguage(event.target.value === 'ru' ? 'ru' : 'en');
          }}
        >
          <option value="en">English</option>
          <option value="ru">Русский</option>
        </select>
      </label>
    </FormDialog>
  );
}

interface DeepLinkProps {
  texts: Texts;
  onOpen(payload: string): Promise<unknown>;
  onClose(): void;
}

export function DeepLinkDialog({ texts, onOpen, onClose }: DeepLinkProps): ReactNode {
  const [payload, setPayload] = useState('');
  return (
    <FormDialog
      texts={texts}
      title={texts.deepLink}
      submit={texts.open}
      onSubmit={() => onOpen(payload)}
      onClose={onClose}
    >
      <p className="muted">{texts.deepLinkHint}</p>
      <label className="labelled">
        {texts.payload}
        <input
          className="input"
          value={payload}
          pattern="[A-Za-z0-9_\-]{0,64}"
          title={texts.payloadHint}
          data-focus
          onChange={(event) => {
            setPayload(event.target.value);
          }}
        />
      </label>
      <p className="muted small">{texts.payloadHint}</p>
    </FormDialog>
  );
}

interface AddStarsProps {
  texts: Texts;
  onAdd(count: number): Promise<unknown>;
  onClose(): void;
}

const amounts = [50, 100, 500, 1000];

export function AddStarsDialog({ texts, onAdd, onClose }: AddStarsProps): ReactNode {
  const [count, setCount] = useState(100);
  return (
    <FormDialog
      texts={texts}
      title={texts.addStars}
      submit={texts.addStarsCount(count)}
      onSubmit={() => onAdd(count)}
      onClose={onClose}
    >
      <p className="muted">{texts.addStarsHint}</p>
      <div className="choices" role="radiogroup" aria-label={texts.addStars}>
        {amounts.map((amount) => (
          <button
            key={amount}
            type="button"
            role="radio"
            aria-checked={amount === count}
            className={amount === count ? 'choice active' : 'choice'}
            onClick={() => {
              setCount(amount);
            }}
          >
            <Star />
            {amount}
          </button>
        ))}
      </div>
    </FormDialog>
  );
}

interface AlertProps {
  texts: Texts;
  title: string;
  text: string;
  onClose(): void;
}

export function AlertDialog({ texts, title, text, onClose }: AlertProps): ReactNode {
  return (
    <Dialog label={title} role="alertdialog" className="form-dialog" onClose={onClose}>
      <h2>{title}</h2>
      <p className="alert-text">{text}</p>
      <div className="form-buttons">
        <button type="button" className="button primary" data-focus onClick={onClose}>
          {texts.ok}
        </button>
      </div>
    </Dialog>
  );
}
