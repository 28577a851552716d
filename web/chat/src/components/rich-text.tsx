import { Fragment, useState, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import { safeUrl, textTree, type TextNode } from '../entities';
import type { MessageEntity } from '../types';

const blocks = new Set(['pre', 'blockquote', 'expandable_blockquote']);

function isBlock(node: TextNode | undefined): boolean {
  return node?.kind === 'entity' && blocks.has(node.entity.type);
}

function Spoiler({ children }: { children: ReactNode }): ReactNode {
  const { texts } = useChatScope();
  const [shown, setShown] = useState(false);
  if (shown) return <span className="spoiler-open">{children}</span>;
  return (
    <button
      type="button"
      className="spoiler"
      aria-label={texts.spoiler}
      onClick={() => {
        setShown(true);
      }}
    >
      <span aria-hidden="true">{children}</span>
    </button>
  );
}

function Quote({ children, long }: { children: ReactNode; long: boolean }): ReactNode {
  const [open, setOpen] = useState(!long);
  return (
    <blockquote
      className={open ? 'quote' : 'quote quote-short'}
      onClick={() => {
        setOpen(true);
      }}
    >
      {children}
    </blockquote>
  );
}

function Link({ address, children }: { address: string; children: ReactNode }): ReactNode {
  const { openLink } = useChatScope();
  const href = safeUrl(address);
  if (!href) return <>{children}</>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        event.preventDefault();
        openLink(href);
      }}
    >
      {children}
    </a>
  );
}

function Action({ onClick, children }: { onClick(): void; children: ReactNode }): ReactNode {
  return (
    <button type="button" className="text-action" onClick={onClick}>
      {children}
    </button>
  );
}

interface EntityProps {
  entity: MessageEntity;
  text: string;
  children: ReactNode;
}

const inline: Record<string, (children: ReactNode) => ReactNode> = {
  bold: (children) => <strong>{children}</strong>,
  italic: (children) => <em>{children}</em>,
  underline: (children) => <u>{children}</u>,
  strikethrough: (children) => <s>{children}</s>,
  spoiler: (children) => <Spoiler>{children}</Spoiler>,
  blockquote: (children) => <Quote long={false}>{children}</Quote>,
  expandable_blockquote: (children) => <Quote long>{children}</Quote>,
  hashtag: (children) => <span className="tag">{children}</span>,
  cashtag: (children) => <span className="tag">{children}</span>,
  text_mention: (children) => <span className="tag">{children}</span>,
};

function Entity({ entity, text, children }: EntityProps): ReactNode {
  const { sendText, copy } = useChatScope();
  switch (entity.type) {
    case 'code':
      return (
        <button
          type="button"
          className="code"
          onClick={() => {
            copy(text);
          }}
        >
          <code>{children}</code>
        </button>
      );
    case 'pre':
      return (
        <pre data-language={entity.language}>
          <code>{children}</code>
        </pre>
      );
    case 'url':
      return <Link address={text}>{children}</Link>;
    case 'text_link':
      return <Link address={entity.url ?? ''}>{children}</Link>;
    case 'email':
      return <Link address={`mailto:${text}`}>{children}</Link>;
    case 'phone_number':
      return <Link address={`tel:${text}`}>{children}</Link>;
    case 'mention':
      return <Link address={`https://t.me/${text.slice(1)}`}>{children}</Link>;
    case 'bot_command':
      return (
        <Action
          onClick={() => {
            sendText(text);
          }}
        >
          {children}
        </Action>
      );
    default:
      return inline[entity.type]?.(children) ?? children;
  }
}

function Nodes({ nodes }: { nodes: TextNode[] }): ReactNode {
  return nodes.map((node, index) => {
    if (node.kind === 'entity') {
      return (
        <Entity key={index} entity={node.entity} text={node.text}>
          <Nodes nodes={node.children} />
        </Entity>
      );
    }
    // A block already begins and ends a line, so the line breaks next to it would be seen twice.
    let { text } = node;
    if (isBlock(nodes[index - 1])) text = text.replace(/^\n/, '');
    if (isBlock(nodes[index + 1])) text = text.replace(/\n$/, '');
    return <Fragment key={index}>{text}</Fragment>;
  });
}

interface RichTextProps {
  text: string;
  entities: MessageEntity[] | undefined;
}

/** A message's text as elements; its characters never become markup. */
export function RichText({ text, entities }: RichTextProps): ReactNode {
  return <Nodes nodes={textTree(text, entities)} />;
}
