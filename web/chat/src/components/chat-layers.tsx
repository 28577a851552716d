import type { ReactNode } from 'react';
import { addStars } from '../api';
import type { InvoiceStatus } from '../mini-app-bridge';
import type { Invoice } from '../types';
import type { ChatRoom } from '../use-chat-room';
import { AttachPreview, type Attachment } from './attach-preview';
import { InvoiceSheet } from './invoice-sheet';
import { Lightbox } from './lightbox';
import { AddStarsDialog, AlertDialog, DeepLinkDialog } from './small-dialogs';

/** What lies over the chat; one at a time. */
export type Layer =
  | ({ kind: 'attach' } & Attachment)
  | { kind: 'invoice'; messageId: number }
  | {
      kind: 'invoiceLink';
      link: string;
      invoice: Invoice;
      closed(status: InvoiceStatus): void;
    }
  | { kind: 'photo'; url: string }
  | { kind: 'deepLink' }
  | { kind: 'stars' };

interface LayerProps {
  room: ChatRoom;
  onStart(payload: string): Promise<unknown>;
}

function TopLayer({ room, onStart, layer }: LayerProps & { layer: Layer }): ReactNode {
  const { scope, chat, live, draft, setDraft, setLayer } = room;
  const { texts, person } = scope;
  const { messages } = live.state;
  const onClose = (): void => {
    setLayer(null);
  };
  switch (layer.kind) {
    case 'attach':
      return (
        <AttachPreview
          initial={layer}
          caption={draft}
          onClose={onClose}
          onSend={({ files, asFiles }, caption) => {
            room.outbox.send({ kind: asFiles ? 'documents' : 'photos', text: caption, files });
            setDraft('');
            onClose();
          }}
        />
      );
    case 'invoice': {
      const message = messages.find(({ message_id: id }) => id === layer.messageId);
      if (!message?.invoice) return null;
      return (
        <InvoiceSheet
          chat={chat}
          purchase={{ messageId: message.message_id }}
          invoice={message.invoice}
          wasPaid={message.invoiceState === 'paid'}
          onClose={onClose}
        />
      );
    }
    case 'invoiceLink':
      return (
        <InvoiceSheet
          chat={chat}
          purchase={{ link: layer.link }}
          invoice={layer.invoice}
          wasPaid={false}
          onClose={(isPaid) => {
            onClose();
            layer.closed(isPaid ? 'paid' : 'cancelled');
          }}
        />
      );
    case 'photo': {
      const files = messages.flatMap((message) => message.files ?? []);
      const photos = files.filter(({ kind }) => kind === 'photo');
      return <Lightbox photos={photos} url={layer.url} onClose={onClose} />;
    }
    case 'deepLink':
      return <DeepLinkDialog texts={texts} onOpen={onStart} onClose={onClose} />;
    case 'stars':
      return (
        <AddStarsDialog
          texts={texts}
          onAdd={(count) => addStars(person.id, count)}
          onClose={onClose}
        />
      );
  }
}

export function ChatLayers({ room, onStart }: LayerProps): ReactNode {
  const { layer, alert, scope, setAlert } = room;
  return (
    <>
      {layer ? <TopLayer room={room} onStart={onStart} layer={layer} /> : null}
      {alert === null ? null : (
        <AlertDialog
          texts={scope.texts}
          title={scope.bot.name}
          text={alert}
          onClose={() => {
            setAlert(null);
          }}
        />
      )}
    </>
  );
}
