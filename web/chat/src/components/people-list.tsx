import type { ReactNode } from 'react';
import type { Texts } from '../texts';
import type { Person } from '../types';
import { Avatar } from './avatar';
import { Icon, Star } from './icons';

export interface PeopleListProps {
  texts: Texts;
  people: Person[];
  selected: number | undefined;
  onSelect(id: number): void;
  onAdd(): void;
}

function PersonRow({
  person,
  texts,
  selected,
  onSelect,
}: Omit<PeopleListProps, 'people' | 'onAdd'> & { person: Person }): ReactNode {
  const active = person.id === selected;
  return (
    <li>
      <button
        type="button"
        className={active ? 'person active' : 'person'}
        data-testid={`person-${String(person.id)}`}
        aria-current={active}
        aria-label={[person.firstName, person.isAdmin ? texts.admin : '', texts.stars(person.stars)]
          .filter(Boolean)
          .join(', ')}
        onClick={() => {
          onSelect(person.id);
        }}
      >
        <Avatar id={person.id} name={`${person.firstName} ${person.lastName ?? ''}`.trim()} />
        <span className="person-text">
          <span className="person-name">
            {person.firstName} {person.lastName}
            {person.isAdmin ? <span className="tag-admin">{texts.admin}</span> : null}
          </span>
          <span className="person-line">
            <span className="language">{person.languageCode.toUpperCase()}</span>
            {person.username ? `@${person.username}` : `id ${String(person.id)}`}
          </span>
        </span>
        <span className="amount">
          {person.stars}
          <Star />
        </span>
      </button>
    </li>
  );
}

export function PeopleList({ people, onAdd, ...rest }: PeopleListProps): ReactNode {
  return (
    <>
      <ul className="people" aria-label={rest.texts.people}>
        {people.map((person) => (
          <PersonRow key={person.id} person={person} {...rest} />
        ))}
      </ul>
      <button type="button" className="person person-add" onClick={onAdd}>
        <span className="avatar avatar-add">
          <Icon name="plus" />
        </span>
        {rest.texts.addPerson}
      </button>
    </>
  );
}
